import Artifacts
import Pipelines

extension StageCatalog {
  static let standard = StageCatalog([
    StageKind(
      name: "ingest", summary: "Stub.", version: 1, input: nil,
      options: [
        OptionSpec("from", .list(of: .text), "Globs."), OptionSpec("shards", .integer(1...10000), default: .integer(4), "Shards."),
        OptionSpec("delay", .number(0...1000), default: .number(0), "Seconds a shard."),
        OptionSpec("stubborn", .bool, default: .bool(false), "Ignores cancellation."),
      ]
    ) { options, _ in StubStage(options: options) }
  ])
}

struct StubStage: Stage {
  var options: StageOptions
  var output: ArtifactType { .records(.image) }
  var phases: [Phase] { [Phase("read", .source, isOutput: true)] }
  var sourcePatterns: [String] { options.texts("from") }
  func run(_ job: Job) async throws {
    for number in job.committed.filter({ $0.phase == "read" }).count..<options.integer("shards") {
      if options.bool("stubborn") {
        let end = ContinuousClock.now + .seconds(options.number("delay"))
        while ContinuousClock.now < end {}
      } else {
        try await Task.sleep(for: .seconds(options.number("delay")))
      }
      let shard = ShardID(part: job.part, number: number)
      let file = try job.write(Array("\(number)\n".utf8), ending: ".records.jsonl", shard: shard)
      try job.commit(shard: shard, files: [file], rows: 1)
      job.advance(items: 1, bytes: 10)
    }
    try job.commit()
  }
}
