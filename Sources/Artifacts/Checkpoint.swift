/// The durable record of one committed job.
///
/// It holds nothing of the machine, the time or the number of jobs: the same work leaves the same bytes.
public struct Checkpoint: Sendable, Equatable, Codable, VersionedDocument {
  /// Version of this layout.
  public static let format: Int = 1

  public var format: Int = Checkpoint.format
  /// The phase of the stage, such as "embed" or "train".
  public var phase: String
  /// The shard that was made; nil for work on the whole input or on a source.
  public var shard: ShardID?
  /// The source that was read to its end, by its place among the sources; nil otherwise.
  public var part: Int?
  /// SHA-256 of all that decided the result: the stage's signature and the digests of what the job read.
  public var key: Digest
  /// Data files, in the order written.
  public var files: [CommittedFile]
  /// Records or vectors in the shard.
  public var rows: Int
  /// Bytes of input that the job went through.
  public var bytes: Int
  /// Rejects by code.
  public var rejects: [String: Int]
  /// What the stage wants remembered, such as figures of a training: texts and numbers.
  public var notes: [String: Note]

  public init(
    phase: String, shard: ShardID? = nil, part: Int? = nil, key: Digest, files: [CommittedFile] = [], rows: Int = 0,
    bytes: Int = 0, rejects: [String: Int] = [:], notes: [String: Note] = [:]
  ) {
    self.phase = phase
    self.shard = shard
    self.part = part
    self.key = key
    self.files = files
    self.rows = rows
    self.bytes = bytes
    self.rejects = rejects
    self.notes = notes
  }

  /// Name of the job, and of its files up to their ending: `train`, `read-00003`, `embed-00003-00012`.
  public var stem: String { Checkpoint.stem(phase, shard: shard, part: part) }

  public static func stem(_ phase: String, shard: ShardID? = nil, part: Int? = nil) -> String {
    if let shard { return "\(phase)-\(shard)" }
    return part.map { "\(phase)-\(ShardID.padded($0))" } ?? phase
  }

  public var rejected: Int { rejects.values.reduce(0, +) }

  /// Digest over the digests of all data files, in order: the same wherever the same was made.
  public var content: Digest {
    var hasher = Digest.Hasher()
    for file in files { hasher.field(file.digest.hex) }
    return hasher.finish()
  }

  /// The first file with this ending, such as ".npy".
  public func file(ending: String) -> CommittedFile? { files.first { $0.name.hasSuffix(ending) } }
}

/// A remembered figure or text.
public enum Note: Sendable, Hashable, Codable {
  case integer(Int)
  case number(Double)
  case text(String)
  case numbers([Double])

  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if let value = try? container.decode(Int.self) {
      self = .integer(value)
    } else if let value = try? container.decode(Double.self) {
      self = .number(value)
    } else if let value = try? container.decode(String.self) {
      self = .text(value)
    } else {
      self = .numbers(try container.decode([Double].self))
    }
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    switch self {
    case .integer(let value): try container.encode(value)
    case .number(let value): try container.encode(value)
    case .text(let value): try container.encode(value)
    case .numbers(let values): try container.encode(values)
    }
  }

  public var integer: Int? { if case .integer(let value) = self { value } else { nil } }
  public var text: String? { if case .text(let value) = self { value } else { nil } }

  public var number: Double? {
    switch self {
    case .integer(let value): Double(value)
    case .number(let value): value
    default: nil
    }
  }

  public var numbers: [Double]? {
    switch self {
    case .numbers(let values): values
    default: number.map { [$0] }
    }
  }
}
