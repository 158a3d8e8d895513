internal import Artifacts
public import Tensors

/// Runs a program of the user's for any other model: one process a worker, entries on its standard input, rows on its output.
///
/// `CommandFrame` says what is written and read. A process is started for the first batch that needs it and serves many; a
/// failed batch ends its process, and the next batch starts a new one.
public final class CommandEmbedder: Embedder {
  public let identity: EmbedderIdentity
  private let pool: CommandPool

  /// Finds and digests the program; nothing is started yet.
  ///
  /// - Parameters:
  ///   - workers: processes at a time, at most.
  ///   - log: takes each line of the programs' standard error, on their threads.
  /// - Throws: `CommandError.options`, `CommandError.program`
  public init(
    _ options: CommandOptions, workers: Int, log: @escaping @Sendable (String) -> Void = { _ in }
  ) throws {
    try options.validate()
    let program = try CommandProgram(options)
    pool = CommandPool(options, path: program.path, width: workers, log: log)
    identity = EmbedderIdentity(
      kind: "command", name: program.name, version: options.version, digest: program.digest.hex,
      dimension: options.dimension)
  }

  deinit { pool.close() }

  /// - Throws: `CommandError.content` for a decoded picture: a program takes the entry's own bytes.
  public func prepare(_ content: EmbedderContent) throws -> EmbedderContent {
    switch content {
    case .image, .prepared: throw CommandError.content(0)
    case .text, .entry: return content
    }
  }

  /// One row of `identity.dimension` values for each entry or text, as the program computed it.
  ///
  /// - Throws: `CommandError`; `CancellationError` once the task is cancelled, the process having been killed.
  public func embed(_ contents: [EmbedderContent]) async throws -> Matrix {
    if contents.isEmpty { return Matrix(rows: 0, columns: identity.dimension) }
    let job = CommandJob(try contents.enumerated().map(Self.entry))
    return try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { continuation in
        job.wait(on: continuation)
        pool.submit(job)
      }
    } onCancel: {
      pool.cancel(job)
    }
  }

  private static func entry(_ place: Int, _ content: EmbedderContent) throws -> (name: String, bytes: [UInt8]) {
    switch content {
    case .entry(let name, let bytes): (name, bytes)
    case .text(let text): ("", Array(text.utf8))
    case .image, .prepared: throw CommandError.content(place)
    }
  }

  /// Ends the processes after the batches in flight, and waits for it: the end of their input first, then force.
  public func close() async {
    pool.close()
    await pool.ended()
  }
}
