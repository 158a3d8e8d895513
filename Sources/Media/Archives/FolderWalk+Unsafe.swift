import Glibc

/// The files below a folder, sorted by the bytes of their paths; links are named, never followed.
final class FolderWalk: EntryWalk {
  private struct Item {
    var name: [UInt8]
    var kind: EntryHeader.Kind
  }

  private let root: String
  private let archive: String
  private var items: [Item] = []
  private var current = -1
  private var open: ByteFile?
  private var position = 0
  private(set) var bytesRead = 0
  /// Bytes of all files when the folder was listed.
  private(set) var size = 0

  init(root: String, archive: String) throws(ArchiveError) {
    self.root = root
    self.archive = archive
    try list([])
    items.sort { $0.name.lexicographicallyPrecedes($1.name) }
  }

  func next() throws(ArchiveError) -> EntryHeader? {
    current += 1
    position = 0
    open = nil
    guard current < items.count else { return nil }
    let item = items[current]
    var header = EntryHeader(name: item.name, kind: item.kind)
    guard item.kind == .file else { return header }
    do throws(ArchiveError) {
      open = try Self.file(item.name, root: root, archive: archive)
      header.size = open?.size
    } catch { header.fault = (.unreadable, error.message) }
    return header
  }

  func read(into buffer: UnsafeMutableRawBufferPointer) throws(EntryFailure) -> Int {
    guard let open else { return 0 }
    do throws(ArchiveError) {
      let count = try open.read(at: position, into: buffer)
      position += count
      bytesRead += count
      return count
    } catch { throw .entry(.unreadable, error.message) }
  }

  func finish() throws(ArchiveError) {}

  /// Opens a file of the folder by the bytes of its name.
  static func file(_ name: [UInt8], root: String, archive: String) throws(ArchiveError) -> ByteFile {
    try ByteFile(bytes: Array(root.utf8) + [UInt8(ascii: "/")] + name, archive: archive)
  }

  private func list(_ folder: [UInt8]) throws(ArchiveError) {
    let path = Array(root.utf8) + (folder.isEmpty ? [] : [UInt8(ascii: "/")] + folder)
    guard let stream = (path + [0]).withUnsafeBytes({ opendir($0.bindMemory(to: CChar.self).baseAddress!) }) else {
      throw ArchiveError(archive: archive, opening: EntryName.printable(EntryName.escaped(path)))
    }
    defer { closedir(stream) }
    var folders: [[UInt8]] = []
    while let entry = readdir(stream) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { Array(String.bytes(of: $0)) }
      }
      if name == [0x2E] || name == [0x2E, 0x2E] { continue }
      let whole = folder.isEmpty ? name : folder + [UInt8(ascii: "/")] + name
      let kind = kind(of: whole)
      if kind == .directory { folders.append(whole) } else { items.append(Item(name: whole, kind: kind)) }
    }
    for folder in folders { try list(folder) }
  }

  private func kind(of name: [UInt8]) -> EntryHeader.Kind {
    var status = stat()
    let path = Array(root.utf8) + [UInt8(ascii: "/")] + name + [0]
    guard path.withUnsafeBytes({ lstat($0.bindMemory(to: CChar.self).baseAddress!, &status) }) == 0 else {
      return .special
    }
    switch status.st_mode & S_IFMT {
    case S_IFREG:
      size += Int(status.st_size)
      return .file
    case S_IFDIR: return .directory
    case S_IFLNK: return .link
    default: return .special
    }
  }
}
