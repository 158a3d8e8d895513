public import IndexFormats

/// One answer: a rank, a score, and the record.
public struct SearchHit: Sendable, Equatable, Encodable {
  /// From 1.
  public var rank: Int
  /// Squared distance (smaller is nearer) for l2, inner product (larger is nearer) for ip and cosine.
  public var score: Float
  public var item: Item

  public init(rank: Int, score: Float, item: Item) {
    self.rank = rank
    self.score = score
    self.item = item
  }

  /// For a table on a terminal: `columns` name what `cells` hold.
  public static let columns = ["rank", "score", "id", "source", "caption"]

  public var cells: [String] {
    [
      String(rank), Self.fixed(score), String(item.id), Self.line("\(item.archive)/\(item.entry)"),
      Self.line(item.caption ?? item.text ?? ""),
    ]
  }

  /// The text on one line: control characters, which could move a terminal's cursor, become spaces.
  private static func line(_ text: String) -> String {
    guard text.unicodeScalars.contains(where: { $0.properties.generalCategory == .control }) else { return text }
    return String(
      String.UnicodeScalarView(text.unicodeScalars.map { $0.properties.generalCategory == .control ? " " : $0 }))
  }

  /// Four digits after the point.
  private static func fixed(_ score: Float) -> String {
    guard score.isFinite, abs(score) < 1e12 else { return "\(score)" }
    let scaled = (Double(score) * 10_000).rounded()
    let digits = String(Int(abs(scaled)))
    let padded = String(repeating: "0", count: max(0, 5 - digits.count)) + digits
    return (scaled < 0 ? "-" : "") + padded.dropLast(4) + "." + padded.suffix(4)
  }

  private enum Key: String, CodingKey {
    case rank, score, id, archive, entry, format, size, width, height, caption, text, digest, fields
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    try container.encode(rank, forKey: .rank)
    try container.encode(score, forKey: .score)
    try container.encode(item.id, forKey: .id)
    try container.encode(item.archive, forKey: .archive)
    try container.encode(item.entry, forKey: .entry)
    try container.encode(item.format, forKey: .format)
    try container.encode(item.size, forKey: .size)
    try container.encodeIfPresent(item.width, forKey: .width)
    try container.encodeIfPresent(item.height, forKey: .height)
    try container.encodeIfPresent(item.caption, forKey: .caption)
    try container.encodeIfPresent(item.text, forKey: .text)
    try container.encode(item.digest, forKey: .digest)
    try container.encodeIfPresent(item.fields.flatMap(EncodedFields.init), forKey: .fields)
  }
}

/// The answers to one query.
public struct SearchAnswer: Sendable, Equatable, Encodable {
  public var hits: [SearchHit]
  /// What the query's vector was made from.
  public var vector: VectorOrigin
  /// Items that met the condition; nil without one.
  public var allowed: Int?

  public enum VectorOrigin: String, Sendable, Encodable {
    /// Embedded from a picture, a text, or an item's original bytes.
    case embedded
    /// Given as numbers, by the caller or by a file of vectors.
    case given
    /// Rebuilt from the item's code in the index, because its archive is not at hand; less exact.
    case reconstructed
  }
}
