import Artifacts
import IndexFormats
import Pipelines
import SystemPackage

/// All contents of an artifact in order, each with its shard and row: `contents.index`, mapped and searched, never held.
///
/// Layout, little endian but for keys: entries of 40 bytes (key, place of the shard, row; the top bit of the row marks a refused
/// content); shards of 96 bytes (name, rows, size and digest of the vectors, size and digest of the contents); a foot (entries,
/// shards, columns, magic; 8 bytes each). The numbers stand last, for the entries are written before they are counted.
struct ContentIndex: Sendable {
  static let name = "contents.index"
  static let magic: UInt64 = 0x3178_6974_6E63_6D76
  static let footSize = 32
  static let entrySize = 40
  static let shardSize = 96
  static let refusalMark: UInt32 = 1 << 31

  struct Entry: Comparable {
    var key: ContentKey
    var shard: UInt32
    var row: UInt32

    static func < (one: Entry, other: Entry) -> Bool {
      if one.key != other.key { return one.key < other.key }
      return (one.shard, one.row) < (other.shard, other.row)
    }
  }

  /// A shard of the artifact: enough to read its rows without the manifest.
  struct Shard: Sendable, Equatable {
    var id: ShardID
    var rows: Int
    var vectors: CommittedFile
    var contents: CommittedFile
  }

  private let file: FileBytes
  let count: Int
  let shardCount: Int
  /// Values a row.
  let columns: Int
  private let phase: String

  /// Opens the index of an artifact.
  ///
  /// - Parameter phase: the one whose shards it lists.
  /// - Throws: `CorruptFile` if its bytes are not those committed.
  init(_ committed: CommittedFile, in artifact: Artifact, phase: String) throws {
    try artifact.check(committed)
    let path = artifact.path(of: committed.name)
    file = try FileBytes(path: path.string)
    self.phase = phase
    let foot = file.count - Self.footSize
    guard foot >= 0, file.load(UInt64.self, at: foot + 24) == Self.magic else {
      throw CorruptFile(path, "it is no index of contents")
    }
    count = Int(clamping: file.load(UInt64.self, at: foot))
    shardCount = Int(clamping: file.load(UInt64.self, at: foot + 8))
    columns = Int(clamping: file.load(UInt64.self, at: foot + 16))
    let limit = file.count / Self.entrySize
    guard count <= limit, shardCount <= limit,
      file.count == Self.footSize + count * Self.entrySize + shardCount * Self.shardSize
    else { throw CorruptFile(path, "its size is not what its foot says") }
  }

  subscript(entry: Int) -> Entry {
    let offset = entry * Self.entrySize
    return Entry(
      key: key(at: offset), shard: file.load(UInt32.self, at: offset + 32), row: file.load(UInt32.self, at: offset + 36))
  }

  private func key(at offset: Int) -> ContentKey {
    ContentKey(
      UInt64(bigEndian: file.load(UInt64.self, at: offset)), UInt64(bigEndian: file.load(UInt64.self, at: offset + 8)),
      UInt64(bigEndian: file.load(UInt64.self, at: offset + 16)), UInt64(bigEndian: file.load(UInt64.self, at: offset + 24)))
  }

  /// The first entry of a content; nil if it is unknown.
  ///
  /// - Complexity: O(log n) touched pages.
  func find(_ wanted: ContentKey) -> Entry? {
    var (low, high) = (0, count)
    while low < high {
      let middle = (low + high) / 2
      let first = UInt64(bigEndian: file.load(UInt64.self, at: middle * Self.entrySize))
      if first < wanted.words.0 || (first == wanted.words.0 && self[middle].key < wanted) {
        low = middle + 1
      } else {
        high = middle
      }
    }
    guard low < count, case let found = self[low], found.key == wanted else { return nil }
    return found
  }

  func shard(_ place: Int) -> Shard {
    precondition(place < shardCount, "no such shard")
    let offset = count * Self.entrySize + place * Self.shardSize
    let id = ShardID(part: Int(file.load(UInt32.self, at: offset)), number: Int(file.load(UInt32.self, at: offset + 4)))
    let stem = Checkpoint.stem(phase, shard: id)
    func committed(_ ending: String, at offset: Int) -> CommittedFile {
      let hex = file.bytes(in: offset + 8..<offset + 40).reduce(into: "") { $0 += ($1 < 16 ? "0" : "") + String($1, radix: 16) }
      return CommittedFile(
        name: stem + ending, size: Int(clamping: file.load(UInt64.self, at: offset)), digest: Digest(hex: hex)!)
    }
    return Shard(
      id: id, rows: Int(clamping: file.load(UInt64.self, at: offset + 8)),
      vectors: committed(VectorShards.ending, at: offset + 16),
      contents: committed(ShardContents.ending, at: offset + 56))
  }

  /// Entries of this that another has not, counted with their repetitions: one walk through both.
  func countMissing(in other: ContentIndex) -> Int {
    var (missing, place) = (0, 0)
    for number in 0..<count {
      let key = self[number].key
      while place < other.count, other[place].key < key { place += 1 }
      if place < other.count, other[place].key == key { place += 1 } else { missing += 1 }
    }
    return missing
  }
}
