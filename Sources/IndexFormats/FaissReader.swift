import Tensors
public import VectorSearch

/// Opens index files that Faiss or Vecmill wrote, as an index to search.
///
/// Flat, PQ of 8 and 4 bits, PQ fast scan, inverted files of these, with transforms in front, ids (IDMap) and a
/// refinement. Files are not trusted: every length is checked before it is used.
public enum FaissReader {
  /// Opens a file.
  ///
  /// - Parameter mapped: leaves codes, labels of lists and refinement in the file, so that an index larger than memory opens at
  ///   once; every search then packs the lists that it visits, and no file may change below it. Ids of positions are read.
  /// - Throws: `FaissError` with the offset of what is wrong.
  public static func index(path: String, mapped: Bool = false) throws -> VectorIndex {
    try index(FileBytes(path: path), mapped: mapped)
  }

  /// - Throws: `FaissError` with the offset of what is wrong.
  public static func index(bytes: [UInt8]) throws -> VectorIndex { try index(FileBytes(bytes), mapped: false) }

  private static func index(_ file: FileBytes, mapped: Bool) throws -> VectorIndex {
    var parser = FaissParser(file)
    var assembly = FaissAssembly(file, mapped: mapped)
    let root = try parser.node()
    try assembly.take(root)
    do {
      return try assembly.index()
    } catch let error as SearchError {
      throw FaissError(offset: root.header.offset, error.message)
    }
  }
}
