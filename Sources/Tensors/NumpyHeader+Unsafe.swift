extension Matrix {
  /// The matrix as the bytes of a `.npy` file of shape (rows, columns), `<f4`.
  public var numpyBytes: [UInt8] {
    var bytes = NumpyHeader(element: .float32, shape: [rows, columns]).bytes
    values.withUnsafeBytes { bytes.append(contentsOf: $0) }
    return bytes
  }
}

extension NumpyHeader {
  /// A list of 64-bit integers as the bytes of a `.npy` file of shape (count,), `<i8`.
  public static func bytes(of integers: [Int64]) -> [UInt8] {
    var bytes = NumpyHeader(element: .int64, shape: [integers.count]).bytes
    integers.withUnsafeBytes { bytes.append(contentsOf: $0) }
    return bytes
  }
}
