/// How an artifact is made: all that its key is computed from, kept beside it so that people and `plan --explain` can compare.
public struct Recipe: Sendable, Equatable, Codable {
  /// An input: the name of the stage and the key of the artifact that it made.
  public struct Input: Sendable, Hashable, Codable {
    public var stage: String
    public var key: Digest
    public init(stage: String, key: Digest) {
      self.stage = stage
      self.key = key
    }
  }

  /// Names of pipeline and stage: for people, and no part of the key.
  public var pipeline: String
  public var stage: String
  public var kind: String
  /// Version of the kind's algorithm.
  public var version: Int
  /// The options that decide the result, as canonical JSON.
  public var options: String
  /// What else decides it, such as the digest of a model or program, by name.
  public var materials: [String: String]
  public var inputs: [Input]
  /// Files from outside the workspace.
  public var sources: [Source]
  /// What the stage takes over from an earlier artifact of its own, such as a quantizer; nil if it starts from nothing.
  public var kept: Kept?
  /// How often what was rejected was tried again; nil for never.
  public var attempt: Int?

  public init(
    pipeline: String = "", stage: String, kind: String, version: Int, options: String, materials: [String: String] = [:],
    inputs: [Input] = [], sources: [Source] = [], kept: Kept? = nil, attempt: Int? = nil
  ) {
    self.pipeline = pipeline
    self.stage = stage
    self.kind = kind
    self.version = version
    self.options = options
    self.materials = materials
    self.inputs = inputs
    self.sources = sources
    self.kept = kept
    self.attempt = attempt
  }

  /// What is the same for every job of the stage: kind, version, options, materials; not the inputs.
  public var signature: Digest {
    var hasher = Digest.Hasher()
    hasher.field("vecmill 1")
    hasher.field(kind)
    hasher.field(String(version))
    hasher.field(options)
    for (name, value) in materials.sorted(by: { $0.key < $1.key }) {
      hasher.field(name)
      hasher.field(value)
    }
    return hasher.finish()
  }

  /// The artifact's key. The stage's own name, paths and times are no part of it.
  public var key: Digest {
    var hasher = Digest.Hasher()
    hasher.field(signature.hex)
    for input in inputs { hasher.field("input " + input.key.hex) }
    for source in sources {
      hasher.field("source " + source.name)
      hasher.field(source.digest.hex)
      for companion in source.companions ?? [] {
        hasher.field("beside " + companion.name)
        hasher.field(companion.digest.hex)
      }
    }
    if let kept { hasher.field("kept \(kept)") }
    if let attempt { hasher.field("attempt \(attempt)") }
    return hasher.finish()
  }

  /// The same made from nothing: what two artifacts have in common that differ in their history alone.
  public var base: Recipe {
    var base = self
    (base.kept, base.attempt) = (nil, nil)
    return base
  }
}

/// What an artifact takes over from an earlier one of the same stage, and by which rule: a part of its key, because its bytes depend
/// on it.
public struct Kept: Sendable, Hashable, Codable, CustomStringConvertible {
  /// When it is kept: "never" or "auto 0.1".
  public var rule: String
  /// Digest over the files that are taken over.
  public var digest: Digest

  public init(rule: String, digest: Digest) {
    self.rule = rule
    self.digest = digest
  }

  public var description: String { "\(rule) \(digest)" }
}

extension Digest.Hasher {
  /// Adds a text with its length before it, so that no two lists of fields hash alike.
  public mutating func field(_ text: String) {
    let bytes = Array(text.utf8)
    update(Array("\(bytes.count):".utf8))
    update(bytes)
  }
}

/// A file or folder from outside the workspace that a stage reads.
public struct Source: Sendable, Hashable, Codable {
  /// Name relative to the fixed part of its glob: a part of every record's identity.
  public var name: String
  /// Where it was found; no part of any key.
  public var path: String
  /// Bytes.
  public var size: Int
  /// SHA-256 of the content; of a folder, of the list of its files and their digests.
  public var digest: Digest
  /// Files beside it that belong to it, such as the ids of a file of vectors; nil if there are none.
  public var companions: [CommittedFile]?

  public init(name: String, path: String, size: Int, digest: Digest, companions: [CommittedFile]? = nil) {
    self.name = name
    self.path = path
    self.size = size
    self.digest = digest
    self.companions = companions
  }
}
