/// A file of vectors that somebody else made: .npy, .fvecs, .bvecs, .fbin, .u8bin.
///
/// Rows are mapped by ranges, so the file may be larger than memory. Every length in it is held against the file's size
/// before it is used. Safe to share between threads.
public struct VectorFile: Sendable {
  public enum Format: String, Sendable, CaseIterable { case npy, fvecs, bvecs, fbin, u8bin }

  public let format: Format
  public let rows: Int
  /// Values a row.
  public let columns: Int

  let file: ByteFile
  let layout: VectorLayout
  let ids: VectorIDs?

  /// Opens a file of vectors; its format is told by the end of its name.
  ///
  /// - Parameters:
  ///   - path: where it lies.
  ///   - archive: the name that records carry.
  ///   - ids: a .npy of one 64-bit integer for each row; nil: rows are numbered.
  /// - Throws: `ArchiveError` if a header is damaged or contradicts the file's size.
  public init(path: String, archive: String? = nil, ids: String? = nil) throws(ArchiveError) {
    let name = archive ?? path
    guard let dot = path.lastIndex(of: "."), let format = Format(rawValue: String(path[path.index(after: dot)...]))
    else {
      throw ArchiveError(
        archive: name, code: .unsupportedFormat, message: "its name ends in none of .npy .fvecs .bvecs .fbin .u8bin")
    }
    self.format = format
    file = try ByteFile(path: path, archive: name)
    layout = try VectorLayout(file, format)
    rows = layout.rows
    columns = layout.columns
    if let ids { self.ids = try VectorIDs(path: ids, archive: name, rows: layout.rows) } else { self.ids = nil }
  }

  /// Bytes of one row in the file.
  public var rowBytes: Int { columns * layout.element.size }

  /// Where a row's values start in the file.
  public func offset(ofRow row: Int) -> Int { layout.start + row * layout.stride }
}
