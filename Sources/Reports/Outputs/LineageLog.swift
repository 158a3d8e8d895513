import Artifacts
import FoundationEssentials
public import Pipelines
import Synchronization
public import SystemPackage

/// Tells a run to data catalogs while it works: OpenLineage run events as lines of JSON, appended to a file.
///
/// The run is a job of the namespace `vecmill`, each stage one below it (https://openlineage.io/docs/spec/object-model). Inputs are the
/// sources by their paths and the artifacts of other stages, outputs the artifacts. It is a log: a fault in writing ends the log, never
/// the run.
public final class LineageLog: Sendable {
  /// How a run ended.
  public enum End: Sendable {
    case complete
    case failed(String)
    /// Somebody stopped it; stages that were at work were stopped with it.
    case aborted(String)
  }

  private let plan: Plan
  private let version: String
  private let state: Mutex<State>

  private struct State {
    var file: FileDescriptor?
    let run: String
    /// The runs of stages by name, and those that began and did not end.
    var stages: [String: String] = [:]
    var open: Set<String> = []
  }

  private enum EventType: String { case start = "START", complete = "COMPLETE", fail = "FAIL", abort = "ABORT" }

  /// - Throws: `Errno` if the file cannot be opened.
  public init(_ path: FilePath, _ plan: Plan, version: String) throws {
    self.plan = plan
    self.version = version
    let file = try FileDescriptor.open(
      path, .writeOnly, options: [.create, .append, .closeOnExec], permissions: [.ownerReadWrite, .groupRead, .otherRead])
    state = Mutex(State(file: file, run: Self.newID()))
    state.withLock { write(.start, nil, error: nil, &$0) }
  }

  deinit { state.withLock { try? $0.file?.close() } }

  /// Takes an event of the run.
  public func observe(_ event: RunEvent) {
    guard let name = event.stage, let stage = plan.stages.first(where: { $0.name == name }) else { return }
    state.withLock { state in
      switch event.event {
      case .stageStarted:
        state.stages[name] = Self.newID()
        state.open.insert(name)
        write(.start, stage, error: nil, &state)
      case .stageEnded:
        state.open.remove(name)
        write(.complete, stage, error: nil, &state)
      case .stageFailed:
        state.open.remove(name)
        write(.fail, stage, error: event.message ?? "failed", &state)
      default: break
      }
    }
  }

  /// The run ended.
  public func finish(_ end: End) {
    state.withLock { state in
      for stage in plan.stages where state.open.remove(stage.name) != nil { write(.abort, stage, error: nil, &state) }
      switch end {
      case .complete: write(.complete, nil, error: nil, &state)
      case .failed(let error): write(.fail, nil, error: error, &state)
      case .aborted(let error): write(.abort, nil, error: error, &state)
      }
    }
  }

  private static func newID() -> String { UUID().uuidString.lowercased() }

  /// - Parameter stage: nil for the run itself.
  private func write(_ type: EventType, _ stage: PlannedStage?, error: String?, _ state: inout State) {
    guard let file = state.file else { return }
    let pipeline = plan.pipeline.name
    let id = stage.map { state.stages[$0.name] ?? Self.newID() } ?? state.run
    let parent = stage.map { _ in LineageEvent.Parent(run: .init(runId: state.run), job: .init(name: pipeline)) }
    let event = LineageEvent(
      eventType: type.rawValue, eventTime: RunFolder.iso(.now), producer: producer,
      run: .init(
        runId: id,
        facets: .init(
          processing_engine: facet(LineageEvent.Engine(version: version)), parent: parent.map(facet),
          errorMessage: error.map { facet(LineageEvent.ErrorMessage(message: $0)) })),
      job: .init(
        name: stage.map { "\(pipeline).\($0.name)" } ?? pipeline,
        facets: .init(jobType: facet(LineageEvent.JobType(jobType: stage?.recipe.kind.uppercased() ?? "PIPELINE")))),
      inputs: stage.map(inputs) ?? plan.sources.map(source),
      outputs: stage.map { [output($0, type)] } ?? results.map { output($0, type) })
    do { try file.writeAll(event.line) } catch {
      try? file.close()
      state.file = nil
    }
  }

  private var producer: String { "urn:vecmill:\(version)" }

  private func facet<Content: LineageContent>(_ content: Content) -> LineageFacet<Content> {
    LineageFacet(producer: producer, content: content)
  }

  // MARK: Data sets

  private func source(_ source: Source) -> LineageEvent.Dataset {
    let path = FilePath(source.path)
    // A catalog knows a file by its whole path.
    let whole = path.isAbsolute ? path : FilePath(FileManager.default.currentDirectoryPath).pushing(path)
    return dataset("file", whole.lexicallyNormalized().string, source.digest)
  }

  private func inputs(_ stage: PlannedStage) -> [LineageEvent.Dataset] {
    stage.recipe.sources.map(source)
      + stage.recipe.inputs.map { dataset(LineageEvent.namespace, "\(plan.pipeline.name).\($0.stage)", $0.key) }
  }

  private func output(_ stage: PlannedStage, _ type: EventType) -> LineageEvent.Dataset {
    var output = dataset(LineageEvent.namespace, "\(plan.pipeline.name).\(stage.name)", stage.recipe.key)
    if type != .start, let manifest = (try? stage.artifact.manifest()).flatMap({ $0 }) {
      output.outputFacets = .init(
        outputStatistics: facet(LineageEvent.Statistics(rowCount: manifest.rows, size: manifest.bytes)))
    }
    return output
  }

  private func dataset(_ namespace: String, _ name: String, _ digest: Digest) -> LineageEvent.Dataset {
    LineageEvent.Dataset(
      namespace: namespace, name: name, facets: .init(version: facet(LineageEvent.Version(datasetVersion: digest.hex))))
  }

  /// What the run leaves: artifacts that no other stage reads.
  private var results: [PlannedStage] {
    let read = Set(plan.stages.flatMap(\.declaration.inputs))
    return plan.stages.filter { !read.contains($0.name) }
  }
}
