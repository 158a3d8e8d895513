/// The files of vectors in a folder: clip-retrieval's and autofaiss' layouts, or any folder of such files.
public enum VectorFolder {
  /// One file, and the ids beside it.
  public struct Member: Sendable, Equatable {
    public var path: String
    /// `NAME.ids.npy` next to `NAME.npy`, or nil.
    public var ids: String?
  }

  /// The files, in the order of the numbers in their names.
  ///
  /// `img_emb/img_emb_0.npy` and its followers if there is such a folder; else the folder's own files. Parquet and what else
  /// lies there is not read.
  public static func members(of folder: String) throws(ArchiveError) -> [Member] {
    let root = root(of: folder)
    let names = try names(in: root)
    let all = Set(names)
    let vectors = names.filter(isVectors)
    return vectors.sorted { precedes($0, $1) }.map { name in
      let ids = name[..<(name.lastIndex(of: ".") ?? name.endIndex)] + ".ids.npy"
      return Member(path: root + "/" + name, ids: all.contains(String(ids)) ? root + "/" + ids : nil)
    }
  }

  /// The folder that the files lie in: `img_emb` below it, or itself.
  package static func root(of folder: String) -> String {
    let nested = folder + "/img_emb"
    return ByteFile.isFolder(nested) ? nested : folder
  }

  /// Whether a name is one of a file of vectors, not of the ids beside one.
  package static func isVectors(_ name: String) -> Bool {
    guard let dot = name.lastIndex(of: "."), !name.hasSuffix(".ids.npy") else { return false }
    return VectorFile.Format(rawValue: String(name[name.index(after: dot)...])) != nil
  }

  /// Whether a path is a folder.
  package static func isFolder(_ path: String) -> Bool { ByteFile.isFolder(path) }

  /// Whether one name comes before another, runs of digits compared as numbers.
  package static func precedes(_ left: String, _ right: String) -> Bool {
    let (a, b) = (pieces(left), pieces(right))
    for (x, y) in zip(a, b) where x != y {
      if let x = UInt64(x), let y = UInt64(y), x != y { return x < y }
      return x < y
    }
    return a.count < b.count
  }

  private static func pieces(_ name: String) -> [String] {
    var pieces: [String] = []
    var wasDigit: Bool?
    for character in name {
      let isDigit = ("0"..."9").contains(character)
      if isDigit == wasDigit { pieces[pieces.count - 1].append(character) } else { pieces.append(String(character)) }
      wasDigit = isDigit
    }
    return pieces
  }
}
