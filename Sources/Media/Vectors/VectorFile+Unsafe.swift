public import Tensors

extension VectorFile {
  /// Rows as 32-bit floats, not checked for NaN: `range.count` × `columns`.
  ///
  /// - Throws: `ArchiveError` if the file cannot be read or a row of another dimension stands among them.
  public func matrix(rows range: Range<Int>) throws(ArchiveError) -> Matrix {
    precondition(range.lowerBound >= 0 && range.upperBound <= rows, "rows \(range) of \(rows)")
    let lead = layout.hasRowHeaders ? 4 : 0
    let start = layout.start - lead + range.lowerBound * layout.stride
    return try file.withMappedBytes(at: start, count: range.count * layout.stride) { bytes throws(ArchiveError) in
      var matrix = Matrix(rows: range.count, columns: columns)
      for row in 0..<range.count where lead > 0 {
        let header = bytes.loadUnaligned(fromByteOffset: row * layout.stride, as: UInt32.self)
        guard Int(UInt32(littleEndian: header)) == columns else {
          throw VectorLayout.error(file, "row \(range.lowerBound + row) has another dimension than the first")
        }
      }
      matrix.withUnsafeMutableBufferPointer { values in
        for row in 0..<range.count {
          let from = UnsafeRawBufferPointer(rebasing: bytes[(row * layout.stride + lead)...].prefix(rowBytes))
          let to = UnsafeMutableBufferPointer(rebasing: values[row * columns..<(row + 1) * columns])
          layout.element.widen(from, into: to)
        }
      }
      return matrix
    }
  }

  /// SHA-256 of each row as the matrix holds it, in hexadecimal digits; nil where a value is NaN or infinite.
  func digests(of matrix: Matrix) -> [String?] {
    matrix.withUnsafeBufferPointer { values in
      (0..<matrix.rows).map { row in
        let row = UnsafeBufferPointer(rebasing: values[row * columns..<(row + 1) * columns])
        return row.allSatisfy(\.isFinite) ? ContentDigest.hex(of: UnsafeRawBufferPointer(row)) : nil
      }
    }
  }
}

extension VectorElement {
  /// Converts little-endian values to 32-bit floats.
  fileprivate func widen(_ from: UnsafeRawBufferPointer, into to: UnsafeMutableBufferPointer<Float>) {
    switch self {
    case .float32: UnsafeMutableRawBufferPointer(to).copyMemory(from: from)
    case .uint8: for i in 0..<to.count { to[i] = Float(from[i]) }
    case .float64:
      for i in 0..<to.count { to[i] = Float(from.loadUnaligned(fromByteOffset: i * 8, as: Double.self)) }
    case .float16:
      for i in 0..<to.count { to[i] = Self.half(from.loadUnaligned(fromByteOffset: i * 2, as: UInt16.self)) }
    }
  }

  /// An IEEE 754 binary16; Swift's Float16 is not on every platform.
  static func half(_ bits: UInt16) -> Float {
    let sign: Float = bits & 0x8000 == 0 ? 1 : -1
    let exponent = Int(bits >> 10 & 31)
    let fraction = Float(bits & 1023)
    switch exponent {
    case 0: return sign * fraction * 0x1p-24
    case 31: return fraction == 0 ? sign * .infinity : .nan
    default: return sign * Float(sign: .plus, exponent: exponent - 15, significand: 1 + fraction / 1024)
    }
  }
}
