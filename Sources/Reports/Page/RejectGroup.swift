import Artifacts
import FoundationEssentials
import SystemPackage

/// The rejects of one stage with one code, and some of them as examples.
struct RejectGroup: Sendable {
  /// A line of `rejects.jsonl`.
  struct Example: Sendable, Decodable {
    var archive: String?
    var entry: String?
    var ordinal: Int?
    var offset: Int?
    var code: String?
    var message: String?
  }

  static let examples = 5
  /// Rejects files that are looked into where an artifact is not sealed.
  private static let files = 200

  var stage: String
  var code: String
  var count: Int
  var examples: [Example] = []

  /// The groups of a stage, the largest first.
  static func groups(_ stage: RunRecord.Stage, in artifact: Artifact) -> [RejectGroup] {
    guard !stage.rejects.isEmpty else { return [] }
    var found: [String: [Example]] = [:]
    var wanted = stage.rejects.mapValues { min($0, examples) }
    for name in rejectsFiles(artifact) where !wanted.isEmpty {
      try? TextLines(artifact.path(of: name)).forEach(longest: 1 << 16) { line in
        guard let example = try? JSONDecoder().decode(Example.self, from: Data(line.utf8)), let code = example.code,
          let left = wanted[code]
        else { return true }
        found[code, default: []].append(example)
        wanted[code] = left > 1 ? left - 1 : nil
        return !wanted.isEmpty
      }
    }
    return stage.rejects.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map { code, count in
      RejectGroup(stage: stage.name, code: code, count: count, examples: found[code] ?? [])
    }
  }

  /// `rejects.jsonl` of a sealed artifact, those of its jobs otherwise.
  private static func rejectsFiles(_ artifact: Artifact) -> [String] {
    let names = ((try? artifact.disk.list(artifact.path)) ?? []).filter { $0.hasSuffix("rejects.jsonl") }
    return names.contains("rejects.jsonl") ? ["rejects.jsonl"] : Array(names.prefix(files))
  }
}
