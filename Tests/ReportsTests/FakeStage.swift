import Artifacts
import Pipelines
import SystemPackage

/// A stage that only pretends: it tells of items, commits rows and rejects, and sleeps if it is told to.
struct FakeStage: Stage {
  var output: ArtifactType
  var phases: [Phase]
  var sourcePatterns: [String] = []
  var rejectLimit: RejectLimit?
  /// Records in each shard, shards in each source.
  var rows = 40
  var shards = 3
  /// Seconds of each shard's work.
  var pause = 0.0
  var rejects: [String: Int] = [:]
  /// What the examples of rejects are called.
  var entry = "images/broken.jpg"
  /// Files that a job on the whole leaves, by ending; beside them, by name.
  var files: [String: String] = [:]
  var besides: [String: String] = [:]
  var failure: String?

  func run(_ job: Job) async throws {
    switch job.phase.scope {
    case .source:
      for number in 0..<shards {
        try await work(job, bytes: job.source!.size / shards)
        try commit(job, ShardID(part: job.part, number: number), bytes: job.source!.size / shards)
      }
      try job.commit()
    case .shard:
      try await work(job, bytes: rows * 1500)
      try commit(job, job.shard!.shard!, bytes: rows * 1500)
    case .whole, .once:
      try await work(job, bytes: 0)
      for (name, text) in besides {
        try DurableFile.commit(Array(text.utf8), at: job.artifact.path(of: name))
      }
      let made = try files.sorted { $0.key < $1.key }.map { try job.write(Array($1.utf8), ending: $0) }
      if let failure { throw FakeFailure(description: failure) }
      try job.commit(files: made)
    }
  }

  private func work(_ job: Job, bytes: Int) async throws {
    let steps = 10
    for step in 0..<steps {
      try Task.checkCancellation()
      if pause > 0 { try await Task.sleep(for: .seconds(pause / Double(steps))) }
      let items = rows * (step + 1) / steps - rows * step / steps
      job.advance(items: job.phase.scope == .whole ? 0 : items, bytes: bytes / steps)
    }
    if job.phase.scope == .whole { job.note("\(job.stem) took a sample of \(rows) rows") }
  }

  private func commit(_ job: Job, _ shard: ShardID, bytes: Int) throws {
    var lines = ""
    for (code, count) in rejects.sorted(by: { $0.key < $1.key }) {
      for number in 0..<count {
        lines += """
          {"archive":"a.tar","entry":\(OptionValue.quoted(entry)),"ordinal":\(number),"offset":\(number * 512),"code":"\(code)",\
          "message":"the data end before the picture does: a second copy of the archive may be whole"}

          """
      }
    }
    let data = try job.write(Array("\(shard)".utf8), ending: ".rows", shard: shard)
    let refused = lines.isEmpty ? [] : [try job.write(Array(lines.utf8), ending: ".rejects.jsonl", shard: shard)]
    try job.commit(shard: shard, files: [data] + refused, rows: rows, bytes: bytes, rejects: rejects)
  }
}

struct FakeFailure: Error, CustomStringConvertible {
  var description: String
}

/// A pipeline of pretending stages, planned in a workspace.
struct FakePipeline {
  var name = "photos"
  var stages: [(name: String, kind: String, inputs: [String], stage: FakeStage)] = []
  var options: [OptionEntry] = []

  mutating func add(_ name: String, _ kind: String, _ inputs: [String] = [], _ stage: FakeStage) {
    stages.append((name, kind, inputs, stage))
  }

  func plan(in workspace: Workspace) throws -> Plan {
    let declared = stages.map { stage in
      PipelineStage(
        name: stage.name,
        kind: StageKind(
          name: stage.kind, summary: "", version: 1, input: nil, options: [], make: { _, _ in throw FakeFailure(description: "") }
        ),
        options: StageOptions(entries: options, keyed: Set(options.map(\.key))), inputs: stage.inputs, stage: stage.stage)
    }
    return try Planner(Pipeline(name: name, stages: declared), in: workspace).plan()
  }
}

extension FakeStage {
  static func ingest(_ pattern: String) -> FakeStage {
    FakeStage(output: .records(.image), phases: [Phase("read", .source, isOutput: true)], sourcePatterns: [pattern])
  }

  static func featurize() -> FakeStage {
    FakeStage(output: .vectors(dimension: 64), phases: [Phase("embed", .shard, isOutput: true)])
  }

  static func index() -> FakeStage {
    FakeStage(
      output: .index, phases: [Phase("train", .whole), Phase("encode", .shard, isOutput: true), Phase("build", .whole)])
  }

  static func evaluate() -> FakeStage {
    FakeStage(output: .evaluation, phases: [Phase("measure", .whole, isOutput: true)])
  }
}
