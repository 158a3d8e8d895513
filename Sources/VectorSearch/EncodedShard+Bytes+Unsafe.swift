package import Tensors

extension EncodedShard {
  private static let magic: [UInt8] = Array("VMshard1".utf8)

  /// The shard as a file: magic, five counts as u64, then codes, lists (u32), ids (i64), refinement; little endian.
  public var bytes: [UInt8] {
    var bytes = Self.magic
    let counts = [count, codes.count, lists.count, ids.count, refinement.count]
    bytes.reserveCapacity(48 + codes.count + lists.count * 4 + ids.count * 8 + refinement.count)
    for count in counts {
      withUnsafeBytes(of: UInt64(count).littleEndian) { bytes.append(contentsOf: $0) }
    }
    bytes.append(contentsOf: codes)
    lists.withUnsafeBytes { bytes.append(contentsOf: $0) }
    ids.withUnsafeBytes { bytes.append(contentsOf: $0) }
    bytes.append(contentsOf: refinement)
    return bytes
  }

  /// Reads a shard's file.
  ///
  /// - Throws: `SearchError` if the bytes are none, or cut short.
  public init(bytes: [UInt8]) throws {
    let broken = SearchError(.mismatch, "not an encoded shard, or one cut short")
    guard bytes.count >= 48, bytes[..<8].elementsEqual(Self.magic) else { throw broken }
    let counts = bytes.withUnsafeBytes { raw in
      (0..<5).map { raw.loadUnaligned(fromByteOffset: 8 + $0 * 8, as: UInt64.self) }
    }
    guard counts.allSatisfy({ $0 <= UInt64(bytes.count) }) else { throw broken }
    let sizes = zip(counts[1...], [1, 4, 8, 1]).map { Int($0) * $1 }
    let count = Int(counts[0])
    guard sizes.reduce(48, +) == bytes.count, [0, count].contains(Int(counts[2])),
      [0, count].contains(Int(counts[3]))
    else { throw broken }
    var at = 48
    func take(_ size: Int) -> Range<Int> {
      defer { at += size }
      return at..<at + size
    }
    let parts = sizes.map(take)
    func copy<T>(_ part: Range<Int>, as type: T.Type) -> [T] {
      [T](unsafeUninitializedCapacity: part.count / MemoryLayout<T>.stride) { out, filled in
        UnsafeMutableRawBufferPointer(out).copyBytes(from: bytes[part])
        filled = part.count / MemoryLayout<T>.stride
      }
    }
    self.init(
      count: count, codes: Array(bytes[parts[0]]), lists: copy(parts[1], as: UInt32.self),
      ids: copy(parts[2], as: Int64.self), refinement: Array(bytes[parts[3]]))
  }
}

extension Matrix {
  /// The values as bytes, little endian.
  package var littleEndianBytes: [UInt8] { withUnsafeBufferPointer { Array(UnsafeRawBufferPointer($0)) } }

  /// A matrix from such bytes.
  package init(rows: Int, columns: Int, littleEndianBytes bytes: ArraySlice<UInt8>) {
    precondition(bytes.count == rows * columns * 4, "four bytes a value")
    self.init(rows: rows, columns: columns) { values in
      UnsafeMutableRawBufferPointer(values).copyBytes(from: bytes)
    }
  }
}
