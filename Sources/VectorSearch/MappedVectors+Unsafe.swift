import CKernels

/// Bytes that stay where they are, in a mapped file, until they are looked at.
package protocol MappedBytes: Sendable {
  /// A copy of some of the bytes; the range must lie within the file.
  func bytes(in range: Range<Int>) -> [UInt8]
  /// Lends some of the bytes.
  func withBytes<R>(in range: Range<Int>, _ body: (UnsafeRawBufferPointer) -> R) -> R
}

extension MappedVectors {
  /// Labels of some vectors of a list; nil without lists.
  func labels(ofList list: Int, _ range: Range<Int>) -> [Int64]? {
    guard let start = labelStarts?[list] else { return nil }
    return source.withBytes(in: start + range.lowerBound * 8..<start + range.upperBound * 8) { bytes in
      [Int64](unsafeUninitializedCapacity: range.count) { labels, count in
        UnsafeMutableRawBufferPointer(labels).copyMemory(from: bytes)
        count = range.count
      }
    }
  }

  /// Codes of some vectors of a list in blocks (`CKernels/codes.h`); the range begins with a multiple of 64.
  func blocks(ofList list: Int, _ range: Range<Int>, size: Int) -> [UInt8] {
    let count = range.count
    return [UInt8](unsafeUninitializedCapacity: vm_blocks_size(count, size)) { blocks, filled in
      filled = vm_blocks_size(count, size)
      guard let to = blocks.baseAddress, count > 0 else { return }
      // What completes the last block is looked up, though never answered.
      let last = count / 64 * 64 * size
      (to + last).update(repeating: 0, count: filled - last)
      let whole = packedPairs.map { _ in (count + 31) / 32 * 32 } ?? count
      let start = starts[list] + range.lowerBound * size
      source.withBytes(in: start..<start + whole * size) { bytes in
        let from = bytes.baseAddress!.assumingMemoryBound(to: UInt8.self)
        if packedPairs == nil { vm_pack_codes(from, count, size, 0, to) } else { vm_pack_fast_scan(from, count, size, to) }
      }
    }
  }
}

extension VectorIndex {
  /// Some vectors of a mapped list as a store of their own, which begins with the first of them; they begin with a multiple of 64.
  func packed(list: Int, _ range: Range<Int>) -> Store {
    guard case .mapped(let mapped) = store else { return store }
    switch trained.code {
    case .flat:
      let columns = trained.codedDimension
      var panels = [Float](repeating: 0, count: (range.count + 63) / 64 * 64 * columns)
      IndexPacking.pack(
        rows: codes(ofList: list, range), from: 0, count: range.count, columns: columns, at: 0, into: &panels)
      return .rows(panels)
    case .product:
      return .codes(mapped.blocks(ofList: list, range, size: trained.codeSize))
    }
  }
}
