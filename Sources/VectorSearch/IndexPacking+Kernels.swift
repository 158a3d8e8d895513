import CKernels

/// Moves vectors between files' order, one after the other, and the store's blocks.
enum IndexPacking {
  /// Packs vectors of floats into panels.
  static func pack(
    rows bytes: [UInt8], from: Int, count: Int, columns: Int, at place: Int,
    into panels: inout [Float]
  ) {
    let size = columns * 4
    let rows = [Float](unsafeUninitializedCapacity: count * columns) { rows, filled in
      UnsafeMutableRawBufferPointer(rows).copyBytes(from: bytes[from * size..<(from + count) * size])
      filled = count * columns
    }
    vm_pack_panels(rows, count, columns, columns, place, &panels)
  }

  /// Packs codes into blocks.
  static func pack(
    codes: [UInt8], from: Int, count: Int, size: Int, at place: Int, into blocks: inout [UInt8]
  ) {
    codes.withUnsafeBufferPointer { codes in
      guard count > 0 else { return }
      vm_pack_codes(codes.baseAddress! + from * size, count, size, place, &blocks)
    }
  }
}

extension VectorIndex {
  /// Stored vectors of a list as they go into files: `codeSize` bytes each.
  func codes(ofList list: Int, _ range: Range<Int>) -> [UInt8] {
    let (size, first) = (trained.codeSize, spans[list].start + range.lowerBound)
    if case .mapped(let mapped) = store, mapped.packedPairs == nil {
      let start = mapped.starts[list]
      return mapped.source.bytes(in: start + range.lowerBound * size..<start + range.upperBound * size)
    }
    if case .mapped(let mapped) = store {
      // Blocks of the fast-scan layout begin with multiples of 64.
      let whole = range.lowerBound / 64 * 64..<range.upperBound
      let blocks = mapped.blocks(ofList: list, whole, size: size)
      var codes = [UInt8](repeating: 0, count: range.count * size)
      vm_unpack_codes(blocks, range.lowerBound - whole.lowerBound, range.count, size, &codes)
      return codes
    }
    let stored = [UInt8](unsafeUninitializedCapacity: range.count * size) { out, filled in
      filled = range.count * size
      guard filled > 0 else { return }
      switch store {
      case .rows(let panels):
        let columns = trained.codedDimension
        out.withMemoryRebound(to: Float.self) { rows in
          vm_unpack_panels(panels, first, range.count, columns, rows.baseAddress)
        }
      case .codes(let blocks):
        vm_unpack_codes(blocks, first, range.count, size, out.baseAddress)
      case .mapped: break  // returned above
      }
    }
    return grouped?.original(stored) ?? stored
  }
}
