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
    let nested = folder + "/img_emb"
    let root = ByteFile.isFolder(nested) ? nested : folder
    let names = try names(in: root)
    let all = Set(names)
    let vectors = names.filter { name in
      guard let dot = name.lastIndex(of: "."), !name.hasSuffix(".ids.npy") else { return false }
      return VectorFile.Format(rawValue: String(name[name.index(after: dot)...])) != nil
    }
    return vectors.sorted { precedes($0, $1) }.map { name in
      let ids = name[..<(name.lastIndex(of: ".") ?? name.endIndex)] + ".ids.npy"
      return Member(path: root + "/" + name, ids: all.contains(String(ids)) ? root + "/" + ids : nil)
    }
  }

  /// Whether one name comes before another, runs of digits compared as numbers.
  static func precedes(_ left: String, _ right: String) -> Bool {
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
