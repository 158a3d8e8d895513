import Glibc

extension VectorFolder {
  /// The names in a folder, sorted.
  static func names(in folder: String) throws(ArchiveError) -> [String] {
    guard let stream = opendir(folder) else { throw ArchiveError(archive: folder, opening: folder) }
    defer { closedir(stream) }
    var names: [String] = []
    while let entry = readdir(stream) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if !name.hasPrefix(".") { names.append(name) }
    }
    return names.sorted()
  }
}
