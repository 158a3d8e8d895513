import ArgumentParser
import IndexFormats
import Tensors

/// Reads the .npy matrices that the PQ benchmarks take.
enum PQVectors {
  static func matrix(_ path: String, limit: Int = .max) throws -> Matrix {
    let file = try FileBytes(path: path)
    let header = try NumpyHeader(parsing: file.array(of: UInt8.self, in: 0..<min(file.count, 4096)))
    guard header.element == .float32, header.shape.count == 2 else {
      throw ValidationError("\(path) is not a matrix of 32-bit floats")
    }
    let rows = min(limit, header.shape[0])
    let bytes = rows * header.shape[1] * 4
    guard header.dataOffset + bytes <= file.count else { throw ValidationError("\(path) is cut short") }
    return Matrix(
      rows: rows, columns: header.shape[1],
      values: file.array(of: Float.self, in: header.dataOffset..<header.dataOffset + bytes))
  }
}
