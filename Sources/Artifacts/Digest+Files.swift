public import SystemPackage

extension Digest {
  /// Size and digest of a file, without holding it.
  public static func ofFile(at path: FilePath) throws(DiskError) -> (size: Int, digest: Digest) {
    let file = try FileReader(path)
    var hasher = Hasher()
    var size = 0
    while let piece = try file.next() {
      hasher.update(piece)
      size += piece.count
    }
    return (size, hasher.finish())
  }
}
