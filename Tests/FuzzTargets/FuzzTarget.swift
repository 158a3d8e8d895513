/// The parsers that read what strangers may have written, each as a function of any bytes.
///
/// `make fuzz` feeds them by libFuzzer; `FuzzTests` replays what it found. A target ends, whatever its input: it may neither
/// trap nor run on, and what it checks of the results holds for every input.
package enum FuzzTarget: String, CaseIterable, Sendable {
  case archive, bundle, faiss, jpeg, model, pipeline, png, state, table, vectors

  /// Reads the bytes as hostile input.
  package func run(_ bytes: [UInt8], in scratch: FuzzFolder) throws {
    switch self {
    case .archive: try ArchiveFuzz.run(bytes, in: scratch)
    case .bundle: try BundleFuzz.run(bytes, in: scratch)
    case .faiss: FaissFuzz.run(bytes)
    case .jpeg: ImageFuzz.run(bytes, isPNG: false)
    case .model: ModelFuzz.run(bytes)
    case .pipeline: PipelineFuzz.run(bytes)
    case .png: ImageFuzz.run(bytes, isPNG: true)
    case .state: StateFuzz.run(bytes)
    case .table: try TableFuzz.run(bytes, in: scratch)
    case .vectors: try VectorsFuzz.run(bytes, in: scratch)
    }
  }

  /// Sound inputs to begin with.
  package func examples() throws -> [[UInt8]] {
    switch self {
    case .archive: try ArchiveFuzz.examples()
    case .bundle: try BundleFuzz.examples()
    case .faiss: try FaissFuzz.examples()
    case .jpeg: try ImageFuzz.examples(isPNG: false)
    case .model: try ModelFuzz.examples()
    case .pipeline: try PipelineFuzz.examples()
    case .png: try ImageFuzz.examples(isPNG: true)
    case .state: try StateFuzz.examples()
    case .table: TableFuzz.examples()
    case .vectors: VectorsFuzz.examples()
    }
  }
}

/// A result that is wrong for some input: what libFuzzer is to report as a crash.
func require(_ condition: Bool, _ message: @autoclosure () -> String) {
  precondition(condition, message())
}
