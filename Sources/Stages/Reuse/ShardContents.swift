import Artifacts
import Media
import Pipelines

/// What the rows of a shard were made of, and what contents were refused: `.contents` beside the rows.
///
/// Layout, little endian: magic, number of rows and of refusals (4 bytes each), their keys of 32 bytes, rows first; then a line of
/// JSON a refusal.
struct ShardContents: Sendable, Equatable {
  static let ending = ".contents"
  private static let magic = Array("vmconts1".utf8)

  /// One a row, in order.
  var rows: [ContentKey] = []
  var refusals: [Refusal] = []

  /// A content that no record can have, wherever it lies.
  struct Refusal: Sendable, Equatable {
    var key: ContentKey
    var code: RejectCode
    var message: String
  }

  var bytes: [UInt8] {
    var bytes = Self.magic
    bytes.reserveCapacity(16 + (rows.count + refusals.count) * ContentKey.size)
    bytes.append(little: UInt32(rows.count))
    bytes.append(little: UInt32(refusals.count))
    for key in rows { bytes += key.bytes }
    for refusal in refusals { bytes += refusal.key.bytes }
    for refusal in refusals {
      bytes += Reject(archive: "", code: refusal.code, message: refusal.message).jsonLine
    }
    return bytes
  }

  init() {}

  /// - Throws: `CorruptFile` if the bytes are not what was written.
  init(_ file: CommittedFile, in artifact: Artifact) throws {
    let bytes = try artifact.read(file)
    func fault(_ reason: String) -> CorruptFile { CorruptFile(artifact.path(of: file.name), reason) }
    guard bytes.count >= 16, bytes.starts(with: Self.magic) else { throw fault("it is no list of contents") }
    let (rows, refusals) = (Int(bytes.little32(at: 8)), Int(bytes.little32(at: 12)))
    let end = 16 + (rows + refusals) * ContentKey.size
    guard bytes.count >= end else { throw fault("it is cut short") }
    let keys = (0..<rows + refusals).map { ContentKey(bytes, at: 16 + $0 * ContentKey.size) }
    self.rows = Array(keys[..<rows])
    let lines = bytes[end...].split(separator: UInt8(ascii: "\n"))
    guard lines.count == refusals else { throw fault("it has \(lines.count) reasons for \(refusals) refusals") }
    for (key, line) in zip(keys[rows...], lines) {
      guard let reject = try? Reject(jsonLine: Array(line)) else { throw fault("a reason cannot be read") }
      self.refusals.append(Refusal(key: key, code: reject.code, message: reject.message))
    }
  }
}

extension ContentKey {
  /// Reads 32 bytes.
  init(_ bytes: [UInt8], at offset: Int) {
    func word(_ number: Int) -> UInt64 {
      bytes[offset + 8 * number..<offset + 8 * number + 8].reduce(0) { $0 << 8 | UInt64($1) }
    }
    self.init(word(0), word(1), word(2), word(3))
  }
}

extension [UInt8] {
  mutating func append(little value: some FixedWidthInteger) {
    for byte in 0..<value.bitWidth / 8 { append(UInt8(truncatingIfNeeded: value >> (8 * byte))) }
  }

  func little32(at offset: Int) -> UInt32 {
    (0..<4).reduce(0) { $0 | UInt32(self[offset + $1]) << (8 * $1) }
  }
}
