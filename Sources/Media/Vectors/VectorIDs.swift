import Tensors

/// The ids of a file's rows, in a .npy beside it.
struct VectorIDs: Sendable {
  let file: ByteFile
  let start: Int

  init(path: String, archive: String, rows: Int) throws(ArchiveError) {
    file = try ByteFile(path: path, archive: archive)
    let header: NumpyHeader
    do {
      header = try NumpyHeader(parsing: file.bytes(at: 0, count: min(file.size, 4096)))
    } catch {
      throw ArchiveError(archive: archive, code: .malformed, message: "\(path): \(error)")
    }
    guard header.element == .int64, header.shape == [rows], file.size == header.dataOffset + rows * 8 else {
      throw ArchiveError(
        archive: archive, code: .malformed, message: "\(path) has not one 64-bit integer for each of \(rows) rows")
    }
    start = header.dataOffset
  }

  func ids(of rows: Range<Int>) throws(ArchiveError) -> [Int64] {
    let bytes = try file.bytes(at: start + rows.lowerBound * 8, count: rows.count * 8)
    return (0..<rows.count).map {
      Int64(bitPattern: UInt64(bytes.little32($0 * 8)) | UInt64(bytes.little32($0 * 8 + 4)) << 32)
    }
  }
}
