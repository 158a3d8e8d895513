extension Matrix {
  /// The matrix as the bytes of a `.npy` file of shape (rows, columns), `<f4`.
  public var numpyBytes: [UInt8] {
    var bytes = NumpyHeader(element: .float32, shape: [rows, columns]).bytes
    bytes.reserveCapacity(bytes.count + values.count * 4)
    values.withUnsafeBytes { bytes.append(contentsOf: $0) }
    return bytes
  }
}

extension NumpyHeader {
  /// A list of 64-bit integers as the bytes of a `.npy` file of shape (count,), `<i8`.
  public static func bytes(of integers: [Int64]) -> [UInt8] {
    var bytes = NumpyHeader(element: .int64, shape: [integers.count]).bytes
    bytes.reserveCapacity(bytes.count + integers.count * 8)
    integers.withUnsafeBytes { bytes.append(contentsOf: $0) }
    return bytes
  }
}

extension Matrix {
  /// Reads the bytes of a `.npy` file of two dimensions and type `<f4`, as `numpyBytes` writes them.
  ///
  /// - Throws: `NumpyError` for anything else, or for a file cut short.
  public init(numpyBytes bytes: [UInt8]) throws {
    let header = try NumpyHeader(parsing: bytes)
    guard header.element == .float32, header.shape.count == 2 else {
      throw NumpyError("it holds \(header.element.rawValue) of shape \(header.shape), not a matrix of <f4")
    }
    let (rows, columns) = (header.shape[0], header.shape[1])
    guard bytes.count == header.dataOffset + rows * columns * 4 else { throw NumpyError("it is cut short") }
    self.init(rows: rows, columns: columns) { target in
      bytes.withUnsafeBytes { source in
        UnsafeMutableRawBufferPointer(target).copyMemory(
          from: UnsafeRawBufferPointer(rebasing: source[header.dataOffset...]))
      }
    }
  }
}

extension NumpyHeader {
  /// Reads the bytes of a `.npy` file of one dimension and type `<i8`.
  ///
  /// - Throws: `NumpyError` for anything else, or for a file cut short.
  public static func integers(in bytes: [UInt8]) throws -> [Int64] { try integers(in: bytes, dimensions: 1).values }

  /// Reads the bytes of a `.npy` file of two dimensions and type `<i8`, row by row.
  ///
  /// - Throws: `NumpyError` for anything else, or for a file cut short.
  public static func integerRows(in bytes: [UInt8]) throws -> [[Int64]] {
    let (shape, values) = try integers(in: bytes, dimensions: 2)
    return (0..<shape[0]).map { Array(values[$0 * shape[1]..<($0 + 1) * shape[1]]) }
  }

  private static func integers(in bytes: [UInt8], dimensions: Int) throws -> (shape: [Int], values: [Int64]) {
    let header = try NumpyHeader(parsing: bytes)
    guard header.element == .int64, header.shape.count == dimensions else {
      let wanted = dimensions == 1 ? "a list" : "rows"
      throw NumpyError("it holds \(header.element.rawValue) of shape \(header.shape), not \(wanted) of <i8")
    }
    let total = header.shape.reduce(1, *)
    guard bytes.count == header.dataOffset + total * 8 else { throw NumpyError("it is cut short") }
    let values = [Int64](unsafeUninitializedCapacity: total) { target, count in
      bytes.withUnsafeBytes { source in
        UnsafeMutableRawBufferPointer(target).copyMemory(
          from: UnsafeRawBufferPointer(rebasing: source[header.dataOffset...]))
      }
      count = total
    }
    return (header.shape, values)
  }
}
