/// Names a shard: the part of the input it comes from (an archive, by its place among the sources), and its number in that part.
///
/// Two numbers, not one: the shards of archive 7 are named, and can be worked on, before anybody has counted those of archive 6.
public struct ShardID: Sendable, Hashable, Comparable, Codable, CustomStringConvertible {
  public var part: Int
  public var number: Int

  public init(part: Int, number: Int) {
    self.part = part
    self.number = number
  }

  public static func < (one: ShardID, other: ShardID) -> Bool {
    (one.part, one.number) < (other.part, other.number)
  }

  /// As in file names: `00003-00012`.
  public var description: String { Self.padded(part) + "-" + Self.padded(number) }

  /// Reads a name as `description` writes it.
  public init?(_ name: some StringProtocol) {
    let halves = name.split(separator: "-", omittingEmptySubsequences: false)
    guard halves.count == 2, halves.allSatisfy({ $0.utf8.count >= 5 }),
      let part = Int(halves[0]), let number = Int(halves[1]), part >= 0, number >= 0
    else { return nil }
    self.init(part: part, number: number)
  }

  static func padded(_ number: Int) -> String {
    let digits = String(number)
    return String(repeating: "0", count: max(0, 5 - digits.count)) + digits
  }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    guard let shard = ShardID(try container.decode(String.self)) else {
      throw DecodingError.dataCorruptedError(in: container, debugDescription: "not a shard's name")
    }
    self = shard
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(description)
  }
}
