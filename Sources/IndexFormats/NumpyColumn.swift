import Artifacts
import SystemPackage
import Tensors

/// One `.npy` file of an export, its rows written as they come; their number is known before.
final class NumpyColumn {
  private let file: ExportFile

  /// Rows of vectors: `<f4` of shape (rows, dimension).
  init(vectors name: String, in folder: FilePath, rows: Int, dimension: Int) throws {
    file = try ExportFile(name, in: folder)
    try file.write { $0.put(NumpyHeader(element: .float32, shape: [rows, dimension]).bytes) }
  }

  /// Record ids: `<i8` of shape (rows,).
  init(ids name: String, in folder: FilePath, rows: Int) throws {
    file = try ExportFile(name, in: folder)
    try file.write { $0.put(NumpyHeader(element: .int64, shape: [rows]).bytes) }
  }

  func append(vectors: Matrix, rows range: Range<Int>) throws {
    let values = vectors.values[range.lowerBound * vectors.columns..<range.upperBound * vectors.columns]
    try file.write { $0.put(floats: values) }
  }

  func append(ids items: [Item]) throws {
    try file.write { buffer in for item in items { buffer.put(item.id) } }
  }

  func finish() throws -> CommittedFile { try file.finish() }
}
