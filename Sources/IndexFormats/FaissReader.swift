import Tensors
public import VectorSearch

/// Opens index files that Faiss or Vecmill wrote, as an index to search.
///
/// Flat, PQ of 8 and 4 bits, PQ fast scan, inverted files of these, with transforms in front, ids (IDMap) and a
/// refinement. Files are not trusted: every length is checked before it is used.
public enum FaissReader {
  /// - Throws: `FaissError` with the offset of what is wrong.
  public static func index(path: String) throws -> VectorIndex { try index(FileBytes(path: path)) }

  /// - Throws: `FaissError` with the offset of what is wrong.
  public static func index(bytes: [UInt8]) throws -> VectorIndex { try index(FileBytes(bytes)) }

  private static func index(_ file: FileBytes) throws -> VectorIndex {
    var parser = FaissParser(file)
    var assembly = FaissAssembly(file)
    let root = try parser.node()
    try assembly.take(root)
    do {
      return try assembly.index()
    } catch let error as SearchError {
      throw FaissError(offset: root.header.offset, error.message)
    }
  }
}
