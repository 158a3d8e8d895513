import Artifacts
import Foundation
import Pipelines
import Stages
import Synchronization
import SystemPackage
import TestSupport
import Testing

struct WrongPipeline: Error, CustomStringConvertible {
  var description: String
}

/// A pipeline's text and a place where it runs: a workspace and the folder of its exports.
///
/// In the text, `{fixtures}`, `{data}` and `{out}` stand for paths. Sites of one folder are all as deep in it, so that relative
/// paths, which bundles hold, are the same for all.
struct Site: Sendable {
  let folder: TemporaryFolder
  let text: String
  let name: String
  /// Under the workspace's durable files.
  let disk: any Disk

  init(_ folder: TemporaryFolder, _ text: String, name: String = "a", disk: any Disk = SystemDisk()) {
    self.folder = folder
    self.text = text
    self.name = name
    self.disk = disk
  }

  var workspace: Workspace { Workspace(at: folder.path.appending(name).appending("w"), on: disk) }
  var out: FilePath { folder.path.appending(name).appending("out") }

  var file: PipelineFile {
    let text = text.replacing("{fixtures}", with: Places.fixtures).replacing("{root}", with: Places.root)
      .replacing("{data}", with: folder.path.string).replacing("{out}", with: out.string)
    return PipelineFile.parse(text: text, path: "test.yaml", catalog: .standard)
  }

  func pipeline() throws -> Pipeline {
    let file = file
    guard let pipeline = file.pipeline else { throw WrongPipeline(description: file.render(color: false)) }
    return pipeline
  }

  func plan(until: String? = nil, forced: Set<String> = []) throws -> Plan {
    try Planner(pipeline(), in: workspace, until: until, forced: forced).plan()
  }

  @discardableResult
  func run(
    jobs: Int = 2, until: String? = nil, forced: Set<String> = [], watch: @escaping @Sendable (RunEvent) -> Void = { _ in }
  ) async throws -> [RunEvent] {
    let events = Events()
    let plan = try plan(until: until, forced: forced)
    let run = Run(plan, options: .init(jobs: jobs, memory: 1 << 30)) { event in
      events.add(event)
      watch(event)
    }
    try await run.execute()
    return events.all
  }

  /// The manifest of a stage that is done.
  func manifest(_ stage: String) throws -> Manifest { try done(stage).manifest! }

  func artifact(_ stage: String) throws -> Artifact { try done(stage).artifact }

  private func done(_ stage: String) throws -> PlannedStage {
    guard let found = try plan().stages.first(where: { $0.name == stage }), found.manifest != nil else {
      throw WrongPipeline(description: "the stage \(stage) is not done")
    }
    return found
  }

  /// Every file of the artifacts and its bytes, but for the times of an evaluation.
  func artifacts() throws -> [String: [UInt8]] {
    try content(workspace.artifactsPath).filter { !$0.key.hasSuffix("/latency.json") }
  }

  /// Every file of what was exported.
  func exported() throws -> [String: [UInt8]] { try content(out) }

  private func content(_ root: FilePath) throws -> [String: [UInt8]] {
    var content: [String: [UInt8]] = [:]
    guard let names = FileManager.default.enumerator(atPath: root.string) else { return [:] }
    for case let name as String in names {
      let path = root.string + "/" + name
      var isFolder: ObjCBool = false
      if FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), !isFolder.boolValue {
        content[name] = Array(try Data(contentsOf: URL(fileURLWithPath: path)))
      }
    }
    return content
  }
}

/// What a run told.
final class Events: Sendable {
  private let events = Mutex<[RunEvent]>([])
  @Sendable func add(_ event: RunEvent) { events.withLock { $0.append(event) } }
  var all: [RunEvent] { events.withLock { $0 } }
}

extension [RunEvent] {
  /// Jobs that were done, not taken from elsewhere: `stage job`.
  var jobsDone: [String] {
    filter { $0.event == .jobEnded && $0.isReused == false }.map { "\($0.stage!) \($0.job!)" }.sorted()
  }

  var stagesRun: [String] { filter { $0.event == .stageStarted }.map { $0.stage! }.sorted() }
}

/// Holds the files of two places against each other and names those that differ.
func expectSame(
  _ one: [String: [UInt8]], _ other: [String: [UInt8]], _ what: String = "",
  at location: Testing.SourceLocation = #_sourceLocation
) {
  let names = Set(one.keys).union(other.keys).filter { one[$0] != other[$0] }.sorted()
  #expect(names.isEmpty, "\(what): \(names.prefix(8)) differ", sourceLocation: location)
}
