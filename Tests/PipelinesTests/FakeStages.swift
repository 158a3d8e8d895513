import Artifacts
import Foundation
import Pipelines
import Synchronization
import SystemPackage

/// Counts what fake stages do, and makes one of their jobs fail.
final class Works: Sendable {
  struct State {
    var done: [String] = []
    var failAt: Int?
    var takesWords = false
  }
  private let state = Mutex(State())

  struct Crash: Error {}

  func failing(at number: Int?) { state.withLock { $0.failAt = number } }
  var done: [String] { state.withLock(\.done).sorted() }
  /// Whether lines that are no numbers are taken, as by a better program.
  var takesWords: Bool { state.withLock(\.takesWords) }
  func takeWords() { state.withLock { $0.takesWords = true } }
  func forget() { state.withLock { $0.done = [] } }

  func step(_ name: String) throws {
    try state.withLock { state in
      if let left = state.failAt {
        if left == 0 { throw Crash() }
        state.failAt = left - 1
      }
      state.done.append(name)
    }
  }
}

/// Reads files of numbers, a line each, into shards of three.
struct ReadStage: Stage {
  var patterns: [String]
  var works: Works
  var limit: RejectLimit?
  var largeFrom = Int.max
  var output: ArtifactType { .vectors(dimension: 1) }
  var phases: [Phase] { [Phase("read", .source, isOutput: true)] }
  func settings(among sources: [Source]) -> String? { sources.reduce(0) { $0 + $1.size } >= largeFrom ? "large" : nil }
  var sourcePatterns: [String] { patterns }
  var rejectLimit: RejectLimit? { limit }

  func run(_ job: Job) async throws {
    let text = String(decoding: try SystemDisk().read(FilePath(job.source!.path)), as: UTF8.self)
    let lines = text.split(separator: "\n").map(String.init)
    var number = job.committed.filter { $0.shard?.part == job.part }.count
    for start in stride(from: number * 3, to: lines.count, by: 3) {
      let shard = ShardID(part: job.part, number: number)
      try works.step("read \(job.source!.name) \(number)")
      let part = lines[start..<min(start + 3, lines.count)]
      let good = part.filter { Int($0) != nil || works.takesWords }.map { Int($0) == nil ? "0" : $0 }
      let bad = part.filter { Int($0) == nil && !works.takesWords }
      var files = [try job.write(Array(good.joined(separator: "\n").utf8), ending: ".txt", shard: shard)]
      if !bad.isEmpty {
        files.append(try job.write(Array((bad.joined(separator: "\n") + "\n").utf8), ending: ".rejects.jsonl", shard: shard))
      }
      try job.commit(shard: shard, files: files, rows: good.count, rejects: bad.isEmpty ? [:] : ["no-number": bad.count])
      number += 1
    }
    try job.commit()
  }
}

/// Surveys the numbers, finds the largest, then divides each by it: two phases on the whole, as a resumed stage can have both done.
struct ScaleStage: Stage {
  var works: Works
  var output: ArtifactType { .vectors(dimension: 1) }
  var phases: [Phase] {
    [Phase("survey", .whole), Phase("fit", .whole, isParallel: true), Phase("scale", .shard, isOutput: true)]
  }

  func run(_ job: Job) async throws {
    try works.step(job.stem)
    if job.phase.name == "survey" { return try job.commit() }
    if job.phase.name == "fit" {
      let all = try job.inputs[0].manifest.shards.flatMap { try numbers($0, job.inputs[0].artifact) }
      return try job.commit(
        files: [try job.write(Array("\(all.max() ?? 1)".utf8), ending: ".txt")],
        notes: ["largest": .integer(all.max() ?? 1)])
    }
    let largest = try job.earlier("fit").notes["largest"]!.integer!
    let scaled = try numbers(job.shard!, job.inputs[0].artifact).map { "\(Double($0) / Double(largest))" }
    try job.commit(
      files: [try job.write(Array(scaled.joined(separator: "\n").utf8), ending: ".txt")], rows: scaled.count)
  }

  private func numbers(_ shard: Checkpoint, _ artifact: Artifact) throws -> [Int] {
    String(decoding: try artifact.read(shard.file(ending: ".txt")!), as: UTF8.self)
      .split(separator: "\n").map { Int($0)! }
  }
}

/// Doubles each number, shard by shard.
struct DoubleStage: Stage {
  var works: Works
  var output: ArtifactType { .vectors(dimension: 1) }
  var phases: [Phase] { [Phase("double", .shard, isOutput: true)] }

  func run(_ job: Job) async throws {
    try works.step(job.stem)
    let text = String(decoding: try job.inputs[0].artifact.read(job.shard!.file(ending: ".txt")!), as: UTF8.self)
    let doubled = text.split(separator: "\n").map { String(Int($0)! * 2) }
    try job.commit(
      files: [try job.write(Array(doubled.joined(separator: "\n").utf8), ending: ".txt")], rows: doubled.count)
  }
}

/// A pipeline of the three: read → double → scale.
struct FakePipeline {
  let folder: FilePath
  let works = Works()
  var limit: RejectLimit?
  var doubleVersion = 1
  var pattern = "in/*.txt"
  /// Bytes of all files from which on each is read in another way.
  var largeFrom = Int.max

  init(_ folder: FilePath) throws {
    self.folder = folder
    try SystemDisk().makeFolder(folder.appending("in"))
    for (name, count) in [("a", 10), ("b", 1), ("c", 7)] { try write(name, (1...count).map(String.init)) }
  }

  func write(_ name: String, _ lines: [String]) throws {
    try DurableFile.commit(
      Array(lines.joined(separator: "\n").utf8), at: folder.appending("in").appending(name + ".txt"))
  }

  func pipeline() -> Pipeline {
    func stage(_ name: String, _ version: Int, _ inputs: [String], _ stage: any Stage) -> PipelineStage {
      let kind = StageKind(name: name, summary: "", version: version, input: nil, options: []) { _, _ in stage }
      return PipelineStage(
        name: name, kind: kind, options: StageOptions(entries: [], keyed: []), inputs: inputs, stage: stage)
    }
    return Pipeline(
      name: "fake",
      stages: [
        stage("read", 1, [], ReadStage(patterns: ["\(folder)/\(pattern)"], works: works, limit: limit, largeFrom: largeFrom)),
        stage("double", doubleVersion, ["read"], DoubleStage(works: works)),
        stage("scale", 1, ["double"], ScaleStage(works: works)),
      ])
  }

  func plan(
    _ workspace: String, until: String? = nil, forced: Set<String> = [], retryRejects: Bool = false
  ) throws -> Plan {
    try Planner(
      pipeline(), in: Workspace(at: folder.appending(workspace)), until: until, forced: forced, retryRejects: retryRejects
    ).plan()
  }

  func run(_ workspace: String, jobs: Int = 2, forced: Set<String> = [], retryRejects: Bool = false) async throws {
    try await Run(plan(workspace, forced: forced, retryRejects: retryRejects), options: .init(jobs: jobs, memory: 1 << 30)) { _ in
    }.execute()
  }

  /// Every file of the workspace's artifacts and its bytes.
  func content(_ workspace: String) throws -> [String: [UInt8]] {
    let disk = SystemDisk()
    var content: [String: [UInt8]] = [:]
    let artifacts = folder.appending(workspace).appending("artifacts")
    for name in try disk.list(artifacts) {
      for file in try disk.list(artifacts.appending(name)) {
        content["\(name)/\(file)"] = try disk.read(artifacts.appending(name).appending(file))
      }
    }
    return content
  }
}
