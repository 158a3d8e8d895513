import Artifacts
import Glibc
import Media
import Pipelines

/// `filter`: keeps the records that meet every condition given.
struct FilterStage: Stage {
  let output: ArtifactType
  let conditions: Conditions

  /// What a record must be; what is nil or empty asks nothing.
  struct Conditions: Sendable {
    var minWidth: Int?
    var minHeight: Int?
    /// The longer side over the shorter.
    var maxAspect: Double?
    var minBytes: Int?
    var maxBytes: Int?
    var formats: Set<String> = []
    var names: [String] = []
    var exclude: [String] = []
    /// Field → the values that it may have, as JSON writes them without quotes.
    var fields: [String: Set<String>] = [:]
  }

  var phases: [Phase] { [Phase("filter", .shard, isOutput: true)] }

  func run(_ job: Job) async throws {
    let shard = job.shard!
    let records = try RecordShards.read(shard, in: job.inputs[0].artifact)
    let kept = try records.filter(conditions.holds)
    try job.commit(
      files: RecordShards.write(kept, [], job), rows: kept.count, bytes: shard.bytes,
      notes: ["left out": .integer(records.count - kept.count)])
    job.advance(items: records.count)
  }
}

extension FilterStage.Conditions {
  func holds(for record: Record) throws -> Bool {
    if let minWidth, (record.width ?? 0) < minWidth { return false }
    if let minHeight, (record.height ?? 0) < minHeight { return false }
    if let maxAspect, let width = record.width, let height = record.height,
      Double(max(width, height)) > maxAspect * Double(min(width, height))
    {
      return false
    }
    if let minBytes, record.size < minBytes { return false }
    if let maxBytes, record.size > maxBytes { return false }
    if !formats.isEmpty, !formats.contains(record.format) { return false }
    if !names.isEmpty, !names.contains(where: { matches(record.entry, $0) }) { return false }
    if exclude.contains(where: { matches(record.entry, $0) }) { return false }
    return try fields.isEmpty || fieldsHold(record)
  }

  private func matches(_ name: String, _ glob: String) -> Bool { fnmatch(glob, name, 0) == 0 }

  private func fieldsHold(_ record: Record) throws -> Bool {
    guard let text = record.fields else { return false }
    let values = try OptionValue(json: text)
    return fields.allSatisfy { name, wanted in
      guard let value = values[name] else { return false }
      return value.list.contains { wanted.contains($0.text ?? $0.canonicalJSON) }
    }
  }
}

extension FilterStage {
  static let kind = StageKind(
    name: "filter", summary: "Keeps the records that meet every condition given.", version: 1,
    input: "records",
    options: [
      OptionSpec("min_width", .integer(1...Int.max), default: .null, "Pixels, after orientation."),
      OptionSpec("min_height", .integer(1...Int.max), default: .null, "Pixels, after orientation."),
      OptionSpec("max_aspect", .number(1...1e9), default: .null, "The longer side over the shorter, at most."),
      OptionSpec("min_bytes", .size, default: .null, "Bytes of the content, at least."),
      OptionSpec("max_bytes", .size, default: .null, "Bytes of the content, at most."),
      OptionSpec("formats", .list(of: .text), default: .null, "Formats by content: jpeg, png, text."),
      OptionSpec("names", .list(of: .text), default: .null, "Globs of entry names, one of which must match."),
      OptionSpec("exclude", .list(of: .text), default: .null, "Globs of entry names, none of which may match."),
      OptionSpec(
        "fields", .dictionary(of: .list(of: .either([.text, .number(-Double.infinity...Double.infinity), .bool]))),
        default: .null, "Sidecar fields and the values that each may have."),
    ],
    make: { options, inputs in
      guard case .records = inputs[0].type else {
        throw StageFault(option: "input", "filter takes records; \(inputs[0].stage) makes \(inputs[0].type)")
      }
      var conditions = Conditions()
      conditions.minWidth = options.optionalInteger("min_width")
      conditions.minHeight = options.optionalInteger("min_height")
      conditions.maxAspect = options["max_aspect"].number
      conditions.minBytes = options.optionalInteger("min_bytes")
      conditions.maxBytes = options.optionalInteger("max_bytes")
      conditions.formats = Set(options.texts("formats"))
      conditions.names = options.texts("names")
      conditions.exclude = options.texts("exclude")
      if case .map(let entries) = options["fields"] {
        for entry in entries {
          conditions.fields[entry.key] = Set(entry.value.list.map { $0.text ?? $0.canonicalJSON })
        }
      }
      return FilterStage(output: inputs[0].type, conditions: conditions)
    })
}
