import Tensors

/// Arrays as the bytes of a `.npy` file.
public enum NumpyFile {
  /// Whole numbers as `<i8` of any shape; their number must be the shape's.
  public static func bytes(_ integers: [Int64], shape: [Int]) -> [UInt8] {
    precondition(integers.count == shape.reduce(1, *), "\(integers.count) numbers for the shape \(shape)")
    var buffer = ExportBuffer(bytes: NumpyHeader(element: .int64, shape: shape).bytes)
    for integer in integers { buffer.put(integer) }
    return buffer.bytes
  }
}
