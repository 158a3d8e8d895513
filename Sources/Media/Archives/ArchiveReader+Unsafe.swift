import Glibc

extension ArchiveReader {
  /// Reads the current entry into one array of the declared size, and makes sure that it ends there.
  func readAll() throws(EntryFailure) -> [UInt8] {
    if let reject = tooLarge() { throw .entry(reject.code, reject.message) }
    deadline = ThreadClock.now + limits.maxEntrySeconds
    defer { deadline = nil }
    guard let size = current?.size else { return try readUnsized() }
    let bytes = try piece(size)
    guard bytes.count == size else {
      throw .entry(.sizeMismatch, "it has \(bytes.count) bytes, its header says \(size)")
    }
    guard try piece(1).isEmpty else {
      throw .entry(.sizeMismatch, "it has more than the \(size) bytes that its header says")
    }
    return bytes
  }

  func readChunk(_ count: Int) throws(EntryFailure) -> [UInt8] { try piece(count) }

  private func readUnsized() throws(EntryFailure) -> [UInt8] {
    var bytes: [UInt8] = []
    while true {
      let more = try piece(256 << 10)
      if more.isEmpty { return bytes }
      bytes += more
      guard bytes.count <= limits.maxEntryBytes else {
        throw .entry(.entryTooLarge, "more than the \(limits.maxEntryBytes) bytes of max_entry_bytes")
      }
    }
  }

  private func piece(_ count: Int) throws(EntryFailure) -> [UInt8] {
    guard count > 0 else { return [] }
    var failure: EntryFailure?
    let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
      let whole = UnsafeMutableRawBufferPointer(start: buffer.baseAddress, count: count)
      do throws(EntryFailure) { filled = try fillInTime(whole) } catch { failure = error }
    }
    if let failure { throw failure }
    try self.count(bytes.count)
    return bytes
  }
}

extension ArchiveReader {
  /// Fills the buffer a little at a time, and looks at the clock between, if the entry has a deadline.
  private func fillInTime(_ buffer: UnsafeMutableRawBufferPointer) throws(EntryFailure) -> Int {
    guard let deadline else { return try fill(buffer) }
    var done = 0
    while done < buffer.count {
      let part = UnsafeMutableRawBufferPointer(rebasing: buffer[done..<min(buffer.count, done + 1 << 20)])
      let count = try fill(part)
      done += count
      guard ThreadClock.now <= deadline else {
        throw .entry(.tooSlow, "reading it takes more than the \(limits.maxEntrySeconds) seconds of max_entry_seconds")
      }
      if count < part.count { break }
    }
    return done
  }
}

extension ByteFile {
  static func isFolder(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
  }
}

extension ArchiveKind {
  /// Finds the kind by content; a file that is no archive must be a picture, or a text by its name.
  init(of file: ByteFile, path: String) throws(ArchiveError) {
    guard file.size > 0 else {
      throw ArchiveError(archive: file.archive, offset: 0, code: .empty, message: "the file is empty")
    }
    let head = try file.bytes(at: 0, count: min(file.size, Self.headSize))
    if let kind = ArchiveKind(head: head) {
      self = kind
      if case .tar(let compression) = kind, Self.isCompressedText(path, compression) { self = .file(compression) }
    } else if let type = ContentType(of: head), type.isArchive {
      throw ArchiveError(
        archive: file.archive, offset: 0, code: .unsupportedFormat,
        message: "\(type.rawValue) is not read; tar, zip and 7z are")
    } else if ContentType(of: head) != nil || TextFormat(name: path) != nil {
      self = .file(.none)
    } else {
      throw ArchiveError(
        archive: file.archive, offset: 0, code: .unsupportedFormat,
        message: "it is no tar, zip or 7z, and no picture or text that is known")
    }
  }

  /// `queries.jsonl.gz` and its like: the name without its last suffix is a text's.
  private static func isCompressedText(_ path: String, _ compression: Compression) -> Bool {
    guard compression != .none, let dot = path.lastIndex(of: ".") else { return false }
    return TextFormat(name: String(path[..<dot])) != nil
  }
}
