import Artifacts
import Foundation
import Pipelines
import Stages
import Tensors
import TestSupport
import Testing

/// A stage's key changes with every option that decides bytes, and with no other.
@Suite struct StageKeyTests {
  /// Options that only say how or where, by kind; inner ones with a dot.
  static let execution: [String: Set<String>] = [
    "ingest": ["from", "max_rejects", "max_total_entries", "max_total_bytes"],
    "featurize": ["max_rejects", "command.timeout", "command.startup_timeout"],
    "export": ["to"], "normalize": ["retrain", "max_drift"], "index": ["retrain", "max_drift"],
  ]

  /// For each kind: a stage that works, and for each option another value.
  static let changes: [(kind: String, base: String, others: [(option: String, value: String)])] = [
    (
      "ingest", #"{kind: ingest, media: text, from: ["{fixtures}/articles/notes.zip"]}"#,
      [
        ("media", "image"), ("from", #"["{fixtures}/articles/*.zip"]"#), ("identity", "content"), ("max_rejects", "7"),
        ("damaged_archives", "keep"), ("max_entries", "1000"), ("max_entry_bytes", "1MiB"), ("max_archive_bytes", "1GiB"),
        ("max_total_entries", "1000"), ("max_total_bytes", "1GiB"), ("max_inflation", "9"), ("max_entry_seconds", "9.5"),
        ("max_pixels", "1000000"), ("max_scans", "9"), ("shard_size", "9"), ("unit", "line"), ("text_field", "body"),
        ("id_field", "number"), ("caption_field", "title"),
      ]
    ),
    (
      "filter", "{kind: filter, input: texts}",
      [
        ("min_width", "1"), ("min_height", "1"), ("max_aspect", "2"), ("min_bytes", "1"), ("max_bytes", "1MiB"),
        ("formats", "[text]"), ("names", "['*']"), ("exclude", "[x]"), ("fields", "{a: [b]}"),
      ]
    ),
    ("deduplicate", "{kind: deduplicate, input: vectors, distance: 0.5}", [("distance", "0.25")]),
    (
      "featurize", "{kind: featurize, input: texts, embedder: hashing}",
      [
        ("embedder", "command, command: {program: '{root}/pipelines/embedders/byte_shares.py', version: '1', dimension: 16}"),
        ("max_rejects", "3"), ("hashing.features", "1024"), ("hashing.analyzer", "char"), ("hashing.ngrams", "[1, 2]"),
        ("hashing.lowercase", "false"), ("hashing.strip_accents", "ascii"), ("hashing.stop_words", "english"),
        ("hashing.alternate_sign", "false"), ("hashing.binary", "true"), ("hashing.sublinear", "false"),
        ("hashing.idf", "false"), ("hashing.norm", "l1"), ("hashing.projection", "random"), ("hashing.dimensions", "8"),
        ("hashing.sample", "10"), ("hashing.fitted_columns", "100"), ("hashing.seed", "4"),
      ]
    ),
    (
      "featurize",
      "{kind: featurize, input: texts, embedder: command, command: {program: '{root}/pipelines/embedders/byte_shares.py', version: '1', dimension: 16}}",
      [
        ("command.program", "python3"), ("command.arguments", "[x]"), ("command.version", "'2'"), ("command.dimension", "8"),
        ("command.timeout", "3m"), ("command.startup_timeout", "9s"),
      ]
    ),
    (
      "featurize", "{kind: featurize, input: pictures, embedder: cnn}", [("crop", "stretch"), ("size", "96")]
    ),
    (
      "normalize", "{kind: normalize, input: vectors}",
      [("steps", "[center, l2]"), ("sample", "10"), ("retrain", "never"), ("max_drift", "0.5")]
    ),
    (
      "adapt", "{kind: adapt, input: vectors}",
      [("labels", "folder"), ("dimensions", "4"), ("shrinkage", "2"), ("sample", "10")]
    ),
    (
      "index", "{kind: index, input: vectors, type: 'IVF4,PQ2,Refine(Flat)'}",
      [
        ("type", "'IVF4,PQ4,Refine(Flat)'"), ("metric", "l2"), ("nprobe", "3"), ("refinement", "9"), ("iterations", "3"),
        ("max_points_per_centroid", "40"), ("retrain", "always"), ("max_drift", "0.5"), ("constraints.recall@10", "0.5"),
        ("constraints.memory", "1MiB"),
        ("constraints.latency", "2ms"), ("trial_vectors", "1000"),
      ]
    ),
    (
      "evaluate", "{kind: evaluate, input: filled}",
      [
        ("queries", "3"), ("seed", "9"), ("nprobe", "1"), ("champion", "photos"), ("labels", "class"), ("require", "{R@1: 0.1}"),
        ("warn", "{count: 1}"), ("on_fail", "keep"), ("shown", "1"),
      ]
    ),
    ("export", "{kind: export, input: filled, to: '{out}'}", [("formats", "[npy]"), ("to", "'{out}/more'")]),
    (
      "publish", "{kind: publish, input: files, name: photos}",
      [("name", "pictures"), ("on_pass", "challenger"), ("link", "'{out}/current'"), ("hook", "'true'")]
    ),
  ]

  private static func text(_ stage: String) -> String {
    """
    pipeline: p
    stages:
      texts: {kind: ingest, media: text, from: ["{fixtures}/articles/*"]}
      pictures: {kind: ingest, media: image, from: ["{fixtures}/photos/scenes.zip"]}
      vectors: {kind: ingest, media: vectors, from: ["{data}/v.npy"]}
      filled: {kind: index, input: vectors, type: Flat}
      files: {kind: export, input: filled, to: '{out}/files'}
      subject: \(stage)
    """
  }

  private static func key(_ folder: TemporaryFolder, _ stage: String) throws -> Digest {
    try Site(folder, text(stage)).plan().stages.last!.recipe.key
  }

  /// The stage with an option put in, or put in place of the one there.
  private static func changed(_ base: String, _ option: String, _ value: String) throws -> String {
    var names = option.split(separator: ".").map(String.init)
    let last = names.removeLast()
    guard let outer = names.first else { return try replaced(base, last, value) }
    guard let range = base.range(of: "\(outer): {") else { return try replaced(base, outer, "{\(last): \(value)}") }
    let inner = String(base[range.upperBound...].prefix { $0 != "}" })
    let new = try replaced("{\(inner)}", last, value)
    return base.replacing("{\(inner)}", with: new)
  }

  private static func replaced(_ map: String, _ name: String, _ value: String) throws -> String {
    let pattern = try Regex("\\b\(name): (\\[[^\\]]*\\]|'[^']*'|\"[^\"]*\"|\\{[^}]*\\}|[^,}]*)")
    if map.contains(pattern) { return map.replacing(pattern, with: "\(name): \(value)", maxReplacements: 1) }
    return map.dropLast() + ", \(name): \(value)}"
  }

  @Test func everyOptionIsTried() {
    var tried: [String: Set<String>] = [:]
    for (kind, _, others) in Self.changes { tried[kind, default: []].formUnion(others.map(\.option)) }
    for kind in StageCatalog.standard.kinds {
      let names = kind.options.flatMap { spec -> [String] in
        guard case .map(let inner) = spec.shape else { return [spec.name] }
        return inner.map { "\(spec.name).\($0.name)" }
      }
      #expect(tried[kind.name]?.sorted() == names.sorted(), "\(kind.name)")
    }
  }

  @Test func keysFollowTheOptionsThatDecideBytes() throws {
    let folder = try TemporaryFolder()
    try folder.write("v.npy", clustered(400, 8, seed: 1).numpyBytes)
    for (kind, text, others) in Self.changes {
      let base = text.replacing("{root}", with: Places.root).replacing("{fixtures}", with: Places.fixtures)
      guard let old = try? Self.key(folder, base) else {
        Issue.record("\(base): \(Site(folder, Self.text(base)).file.render(color: false))")
        continue
      }
      #expect(try Self.key(folder, base) == old)
      for (option, value) in others {
        let stage = try Self.changed(base, option, value)
        let new = try Self.key(folder, stage)
        let isExecution = Self.execution[kind]?.contains(option) ?? false
        #expect((new == old) == isExecution, "\(kind).\(option): \(stage)")
      }
    }
  }

  /// An option written out as its default, and another order of the file, make no difference.
  @Test func keysAreOfMeaningNotOfSpelling() throws {
    let folder = try TemporaryFolder()
    try folder.write("v.npy", clustered(400, 8, seed: 1).numpyBytes)
    let same = [
      ["{kind: filter, input: texts, min_bytes: 1024}", "{min_bytes: 1KiB, input: [texts], kind: filter}"],
      ["{kind: normalize, input: vectors}", "{kind: normalize, input: vectors, steps: l2, sample: 65536}"],
      ["{kind: evaluate, input: filled, queries: 500}", "{kind: evaluate, input: filled}"],
      [
        "{kind: featurize, input: texts, embedder: hashing}",
        "{kind: featurize, input: texts, embedder: hashing, max_rejects: 1%}",
      ],
    ]
    for stages in same { #expect(Set(try stages.map { try Self.key(folder, $0) }).count == 1, "\(stages)") }
  }

  /// Names of stages, and where the files lie, are no part of a key.
  @Test func keysAreOfContentNotOfPlace() throws {
    let folder = try TemporaryFolder()
    let bytes = clustered(50, 4, seed: 1).numpyBytes
    try folder.write("one/v.npy", bytes)
    try folder.write("two/v.npy", bytes)
    func keys(_ place: String, _ name: String) throws -> [Digest] {
      let text = """
        pipeline: p
        stages:
          \(name): {kind: ingest, media: vectors, from: ["{data}/\(place)/*.npy"]}
          index: {kind: index, input: \(name), type: Flat}
        """
      return try Site(folder, text).plan().stages.map(\.recipe.key)
    }
    let one = try keys("one", "a")
    #expect(try keys("two", "b") == one)
    try folder.write("two/v.npy", clustered(50, 4, seed: 2).numpyBytes)
    #expect(try Set(keys("two", "a")).isDisjoint(with: one))
  }
}
