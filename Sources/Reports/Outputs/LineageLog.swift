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
  private let plan: Plan
  private let producer: String
  private let state: Mutex<State>

  private struct State {
    var file: FileDescriptor?
    let run: String
    var stages: [String: String] = [:]
  }

  /// - Throws: `Errno` if the file cannot be opened.
  public init(_ path: FilePath, _ plan: Plan, version: String) throws {
    self.plan = plan
    producer = "urn:vecmill:\(version)"
    let file = try FileDescriptor.open(
      path, .writeOnly, options: [.create, .append, .closeOnExec], permissions: [.ownerReadWrite, .groupRead, .otherRead])
    state = Mutex(State(file: file, run: UUID().uuidString.lowercased()))
    write("START", job: plan.pipeline.name, stage: nil, isEnd: false, error: nil)
  }

  deinit { state.withLock { try? $0.file?.close() } }

  /// Takes an event of the run.
  public func observe(_ event: RunEvent) {
    guard let name = event.stage, let stage = plan.stages.first(where: { $0.name == name }) else { return }
    let job = "\(plan.pipeline.name).\(name)"
    switch event.event {
    case .stageStarted: write("START", job: job, stage: stage, isEnd: false, error: nil)
    case .stageEnded: write("COMPLETE", job: job, stage: stage, isEnd: true, error: nil)
    case .stageFailed: write("FAIL", job: job, stage: stage, isEnd: true, error: event.message ?? "failed")
    default: break
    }
  }

  /// The run ended.
  ///
  /// - Parameter error: what ended it, if it did not end well.
  public func finish(error: String?) {
    write(error == nil ? "COMPLETE" : "FAIL", job: plan.pipeline.name, stage: nil, isEnd: true, error: error)
  }

  private func write(_ type: String, job: String, stage: PlannedStage?, isEnd: Bool, error: String?) {
    state.withLock { state in
      guard let file = state.file else { return }
      let own = stage.map { stage in
        state.stages[stage.name]
          ?? {
            let id = UUID().uuidString.lowercased()
            state.stages[stage.name] = id
            return id
          }()
      }
      let event = Event(
        eventType: type, eventTime: RunFolder.iso(.now), producer: producer,
        run: .init(runId: own ?? state.run, facets: facets(own == nil ? nil : state.run, error)), job: .init(name: job),
        inputs: stage.map(inputs) ?? plan.sources.map(source),
        outputs: stage.map { [output($0, isEnd)] } ?? (isEnd ? results : []))
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
      do { try file.writeAll(Array(encoder.encode(event)) + [10]) } catch {
        try? file.close()
        state.file = nil
      }
    }
  }

  private func facets(_ parent: String?, _ error: String?) -> Event.RunFacets {
    Event.RunFacets(
      parent: parent.map {
        .init(
          _producer: producer, _schemaURL: "https://openlineage.io/spec/facets/1-0-1/ParentRunFacet.json#/$defs/ParentRunFacet",
          run: .init(runId: $0), job: .init(name: plan.pipeline.name))
      },
      errorMessage: error.map {
        .init(
          _producer: producer,
          _schemaURL: "https://openlineage.io/spec/facets/1-0-1/ErrorMessageRunFacet.json#/$defs/ErrorMessageRunFacet",
          message: $0)
      })
  }

  // MARK: Data sets

  private func source(_ source: Source) -> Event.Dataset {
    Event.Dataset(namespace: "file", name: source.path, facets: .init(version: version(source.digest.hex)))
  }

  private func inputs(_ stage: PlannedStage) -> [Event.Dataset] {
    stage.recipe.sources.map(source)
      + stage.recipe.inputs.map { input in
        Event.Dataset(
          namespace: "vecmill", name: "\(plan.pipeline.name).\(input.stage)", facets: .init(version: version(input.key.hex)))
      }
  }

  private func output(_ stage: PlannedStage, _ isEnd: Bool) -> Event.Dataset {
    let manifest = isEnd ? (try? stage.artifact.manifest()).flatMap { $0 } : nil
    return Event.Dataset(
      namespace: "vecmill", name: "\(plan.pipeline.name).\(stage.name)", facets: .init(version: version(stage.recipe.key.hex)),
      outputFacets: manifest.map {
        .init(
          outputStatistics: .init(
            _producer: producer,
            _schemaURL:
              "https://openlineage.io/spec/facets/1-0-2/OutputStatisticsOutputDatasetFacet.json#/$defs/OutputStatisticsOutputDatasetFacet",
            rowCount: $0.rows, size: $0.bytes))
      })
  }

  /// What the run leaves: artifacts that no other stage reads.
  private var results: [Event.Dataset] {
    let read = Set(plan.stages.flatMap(\.declaration.inputs))
    return plan.stages.filter { !read.contains($0.name) }.map { output($0, true) }
  }

  private func version(_ digest: String) -> Event.Version {
    .init(
      _producer: producer,
      _schemaURL: "https://openlineage.io/spec/facets/1-0-1/DatasetVersionDatasetFacet.json#/$defs/DatasetVersionDatasetFacet",
      datasetVersion: digest)
  }
}

extension LineageLog {
  /// An event as the specification words it.
  private struct Event: Encodable {
    struct RunID: Encodable { var runId: String }
    struct Job: Encodable {
      var namespace = "vecmill"
      var name: String
    }
    struct Parent: Encodable {
      var _producer: String
      var _schemaURL: String
      var run: RunID
      var job: Job
    }
    struct ErrorMessage: Encodable {
      var _producer: String
      var _schemaURL: String
      var message: String
      var programmingLanguage = "Swift"
    }
    struct RunFacets: Encodable {
      var parent: Parent?
      var errorMessage: ErrorMessage?
    }
    struct Run: Encodable {
      var runId: String
      var facets: RunFacets
    }
    struct Version: Encodable {
      var _producer: String
      var _schemaURL: String
      var datasetVersion: String
    }
    struct DatasetFacets: Encodable { var version: Version }
    struct Statistics: Encodable {
      var _producer: String
      var _schemaURL: String
      var rowCount: Int
      var size: Int
    }
    struct OutputFacets: Encodable { var outputStatistics: Statistics }
    struct Dataset: Encodable {
      var namespace: String
      var name: String
      var facets: DatasetFacets
      var outputFacets: OutputFacets?
    }

    var eventType: String
    var eventTime: String
    var producer: String
    var schemaURL = "https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/RunEvent"
    var run: Run
    var job: Job
    var inputs: [Dataset]
    var outputs: [Dataset]
  }
}
