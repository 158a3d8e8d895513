extension Matrix {
  /// Lends the values to a kernel: `rows * columns` floats, row-major.
  public func withUnsafeBufferPointer<R, E: Error>(
    _ body: (UnsafeBufferPointer<Float>) throws(E) -> R
  ) throws(E) -> R {
    try values.withUnsafeBufferPointer(body)
  }

  /// Lends the values to a kernel that writes them.
  public mutating func withUnsafeMutableBufferPointer<R, E: Error>(
    _ body: (UnsafeMutableBufferPointer<Float>) throws(E) -> R
  ) throws(E) -> R {
    try values.withUnsafeMutableBufferPointer { buffer throws(E) in try body(buffer) }
  }

  /// A matrix whose values a kernel writes; all of them must be written.
  public init<E: Error>(
    rows: Int, columns: Int,
    initializing body: (UnsafeMutableBufferPointer<Float>) throws(E) -> Void
  ) throws(E) {
    self.init(rows: rows, columns: columns)
    try withUnsafeMutableBufferPointer(body)
  }
}
