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
  /// Stored vectors as they go into files: `codeSize` bytes each.
  func codes(at places: Range<Int>) -> [UInt8] {
    let size = trained.codeSize
    let stored = [UInt8](unsafeUninitializedCapacity: places.count * size) { out, filled in
      filled = places.count * size
      guard filled > 0 else { return }
      switch store {
      case .rows(let panels):
        let columns = trained.codedDimension
        out.withMemoryRebound(to: Float.self) { rows in
          vm_unpack_panels(panels, places.lowerBound, places.count, columns, rows.baseAddress)
        }
      case .codes(let blocks):
        vm_unpack_codes(blocks, places.lowerBound, places.count, size, out.baseAddress)
      }
    }
    return grouped?.original(stored) ?? stored
  }
}
