/// The central directory of a zip: the one truth about its entries.
///
/// Layout: PKWARE's APPNOTE.TXT, 4.3.12 to 4.3.16. Entries are sorted by their place in the file.
struct ZipDirectory {
  struct Entry {
    var name: [UInt8]
    var flags: UInt16
    var method: UInt16
    var crc: UInt32
    var compressedSize: Int
    var size: Int
    /// Offset of the local header in the file.
    var start: Int
    /// First byte that belongs to something else: the content ends before it.
    var end: Int
    var unixMode: UInt32?

    var isEncrypted: Bool { flags & 0x41 != 0 || method == 99 }
  }

  private(set) var entries: [Entry] = []

  init(_ file: ByteFile) throws(ArchiveError) {
    let fail = { (offset: Int?, code: RejectCode, message: String) in
      ArchiveError(archive: file.archive, offset: offset, code: code, message: message)
    }
    guard let end = try ZipEnd(file) else {
      throw fail(file.size, .truncated, "the zip has no end record")
    }
    let room = 0...end.directoryEnd
    guard room.contains(end.directorySize), room.contains(end.directoryOffset),
      end.directorySize + end.directoryOffset <= end.directoryEnd
    else { throw fail(end.directoryEnd, .malformed, "the end record contradicts the file's size") }
    let start = end.directoryEnd - end.directorySize
    // Bytes may stand before the zip, as in self-extracting programs; offsets count from the zip's own start.
    let shift = start - end.directoryOffset
    let bytes = try file.bytes(at: start, count: end.directorySize)
    var position = 0
    while position + 46 <= bytes.count, bytes.little32(position) == 0x0201_4B50 {
      guard let (entry, next) = Self.entry(bytes, position, shift) else {
        throw fail(start + position, .malformed, "the central directory is damaged")
      }
      entries.append(entry)
      position = next
    }
    guard entries.count & end.countMask == end.count, position <= bytes.count else {
      throw fail(start + position, .malformed, "\(entries.count) of \(end.count) entries are in the directory")
    }
    if let overlap = sortAndBound(before: start) {
      throw fail(overlap, .overlappingEntries, "entries share the same bytes")
    }
  }

  /// Sorts the entries and gives each its end; returns where two overlap.
  private mutating func sortAndBound(before limit: Int) -> Int? {
    entries.sort { $0.start < $1.start }
    for i in entries.indices.reversed() {
      let end = i + 1 < entries.count ? entries[i + 1].start : limit
      let least = 30 + entries[i].name.count
      guard entries[i].start + least + entries[i].compressedSize <= end else { return entries[i].start }
      entries[i].end = end
    }
    return nil
  }

  private static func entry(_ bytes: [UInt8], _ at: Int, _ shift: Int) -> (Entry, Int)? {
    let nameLength = Int(bytes.little16(at + 28))
    let extraLength = Int(bytes.little16(at + 30))
    let next = at + 46 + nameLength + extraLength + Int(bytes.little16(at + 32))
    guard next <= bytes.count else { return nil }
    var entry = Entry(
      name: Array(bytes[at + 46..<at + 46 + nameLength]), flags: bytes.little16(at + 8),
      method: bytes.little16(at + 10), crc: bytes.little32(at + 16),
      compressedSize: Int(bytes.little32(at + 20)), size: Int(bytes.little32(at + 24)),
      start: Int(bytes.little32(at + 42)), end: 0)
    if bytes[at + 5] == 3 { entry.unixMode = bytes.little32(at + 38) >> 16 }
    let extra = at + 46 + nameLength..<at + 46 + nameLength + extraLength
    guard widen(&entry, bytes, extra) else { return nil }
    let (start, overflow) = entry.start.addingReportingOverflow(shift)
    guard !overflow, entry.compressedSize <= 1 << 60, start <= 1 << 60 else { return nil }
    entry.start = start
    return (entry, next)
  }

  /// Takes the 64-bit numbers of the zip64 extra field where the 32-bit ones are all ones.
  private static func widen(_ entry: inout Entry, _ bytes: [UInt8], _ extra: Range<Int>) -> Bool {
    let all = Int(UInt32.max)
    guard entry.size == all || entry.compressedSize == all || entry.start == all else { return true }
    var at = extra.lowerBound
    while at + 4 <= extra.upperBound {
      let end = at + 4 + Int(bytes.little16(at + 2))
      guard end <= extra.upperBound else { return false }
      if bytes.little16(at) == 1 {
        var field = at + 4
        func take(_ value: inout Int) -> Bool {
          guard value == all else { return true }
          guard field + 8 <= end, let wide = bytes.little63(field) else { return false }
          value = wide
          field += 8
          return true
        }
        return take(&entry.size) && take(&entry.compressedSize) && take(&entry.start)
      }
      at = end
    }
    return true
  }
}
