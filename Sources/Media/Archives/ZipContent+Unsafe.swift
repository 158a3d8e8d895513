import CCodecs

/// The content of one zip entry: stored or deflated, its size and CRC-32 checked at the end.
final class ZipContent {
  /// Where the content starts in the file.
  let offset: Int
  private let file: ByteFile
  private let entry: ZipDirectory.Entry
  private let stream: OpaquePointer?
  private var taken = 0
  private var input: [UInt8] = []
  private var used = 0
  private var produced = 0
  private var crc: UInt32 = 0
  private var ended = false

  /// Nil if there is no local header where the directory says, or the content would reach into the next entry.
  init?(_ file: ByteFile, _ entry: ZipDirectory.Entry) throws(ArchiveError) {
    let local = try file.bytes(at: entry.start, count: 30)
    guard local.count == 30, local.little32(0) == 0x0403_4B50 else { return nil }
    offset = entry.start + 30 + Int(local.little16(26)) + Int(local.little16(28))
    guard offset + entry.compressedSize <= entry.end else { return nil }
    self.file = file
    self.entry = entry
    stream = entry.method == 8 ? vm_inflate_open(0) : nil
  }

  deinit { vm_inflate_close(stream) }

  /// Bytes of the content as the directory says.
  var size: Int { entry.size }

  var isReadable: Bool { entry.method == 8 || (entry.method == 0 && entry.compressedSize == entry.size) }

  func read(into buffer: UnsafeMutableRawBufferPointer) throws(EntryFailure) -> Int {
    if ended { return 0 }
    let count = stream == nil ? try copy(into: buffer) : try inflate(into: buffer)
    produced += count
    crc = vm_crc32(crc, buffer.baseAddress?.assumingMemoryBound(to: UInt8.self), count)
    guard produced <= entry.size else {
      throw .entry(.sizeMismatch, "it inflates to more than the \(entry.size) bytes that its header says")
    }
    if count < buffer.count {
      ended = true
      try check()
    }
    return count
  }

  private func check() throws(EntryFailure) {
    guard produced == entry.size else {
      throw .entry(.sizeMismatch, "it has \(produced) bytes, its header says \(entry.size)")
    }
    guard crc == entry.crc else { throw .entry(.checksum, "the content does not match its CRC-32") }
  }

  private func copy(into buffer: UnsafeMutableRawBufferPointer) throws(EntryFailure) -> Int {
    let count = min(buffer.count, entry.compressedSize - taken)
    let read = try refill(UnsafeMutableRawBufferPointer(rebasing: buffer[..<count]))
    return read
  }

  private func refill(_ buffer: UnsafeMutableRawBufferPointer) throws(EntryFailure) -> Int {
    do throws(ArchiveError) {
      let count = try file.read(at: offset + taken, into: buffer)
      taken += count
      return count
    } catch { throw .archive(error) }
  }

  private func inflate(into buffer: UnsafeMutableRawBufferPointer) throws(EntryFailure) -> Int {
    var filled = 0
    while filled < buffer.count {
      if used == input.count, taken < entry.compressedSize { try takeInput() }
      var consumed = 0
      var made = 0
      var done: Int32 = 0
      let code = input.withUnsafeBufferPointer { bytes in
        vm_inflate_step(
          stream, bytes.baseAddress.map { $0 + used }, bytes.count - used, &consumed,
          buffer.baseAddress!.assumingMemoryBound(to: UInt8.self) + filled, buffer.count - filled, &made, &done)
      }
      used += consumed
      filled += made
      guard Int(code) == VM_OK else { throw .entry(.checksum, "the deflate data is damaged") }
      if done != 0 { break }
      guard made > 0 || consumed > 0 || taken < entry.compressedSize else {
        throw .entry(.truncated, "the deflate data ends too early")
      }
    }
    return filled
  }

  private func takeInput() throws(EntryFailure) {
    used = 0
    do throws(ArchiveError) {
      input = try file.bytes(at: offset + taken, count: min(256 << 10, entry.compressedSize - taken))
      taken += input.count
    } catch { throw .archive(error) }
  }
}

extension ZipContent {
  /// The whole content at once.
  func whole(_ limits: ArchiveLimits, for record: Record) throws -> [UInt8] {
    guard size <= limits.maxEntryBytes else { return [] }
    var failure: EntryFailure?
    let bytes = [UInt8](unsafeUninitializedCapacity: size + 1) { buffer, filled in
      let whole = UnsafeMutableRawBufferPointer(start: buffer.baseAddress, count: size + 1)
      do throws(EntryFailure) { filled = try read(into: whole) } catch { failure = error }
    }
    switch failure {
    case .archive(let error): throw error
    case .entry(let code, let message):
      throw Reject(
        archive: record.archive, entry: record.entry, ordinal: record.ordinal, code: code, message: message)
    case nil: return bytes
    }
  }
}
