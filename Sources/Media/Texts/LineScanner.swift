/// Cuts a stream of pieces into rows: lines, or CSV rows that may hold line breaks between quotes.
///
/// A row longer than the cap is given as `tooLong`, its bytes dropped as they come, and the rows after it are intact.
struct LineScanner {
  struct Row {
    /// Without its line break.
    var bytes: ArraySlice<UInt8>
    /// Line of the entry on which it starts, from 1.
    var line: Int
    /// Byte of the entry at which it starts.
    var position: Int
    var isTooLong = false
  }

  let maxBytes: Int
  let isQuoted: Bool
  private var buffer: [UInt8] = []
  private var start = 0
  private var scanned = 0
  private var insideQuotes = false
  private var breaks = 0
  private var line = 1
  private var position = 0
  private var dropped = 0
  private var isFinished = false

  init(maxBytes: Int, isQuoted: Bool) {
    self.maxBytes = maxBytes
    self.isQuoted = isQuoted
  }

  /// Takes the next piece of the entry; an empty one is its end.
  mutating func feed(_ piece: [UInt8]) {
    if piece.isEmpty {
      isFinished = true
      return
    }
    buffer.removeFirst(start)
    scanned -= start
    start = 0
    buffer += piece
    if position == 0, dropped == 0, start == 0, line == 1, buffer.starts(with: [0xEF, 0xBB, 0xBF]) {
      start = 3
      scanned = max(scanned, 3)
      position = 3
    }
  }

  var needsMore: Bool { !isFinished }

  /// The next row; nil if more bytes are needed, or after the last row.
  mutating func next() -> Row? {
    while let end = findBreak() {
      let row = row(upTo: end, next: end + 1)
      if !row.bytes.isEmpty || row.isTooLong { return row }
    }
    if buffer.count - start > maxBytes { drop() }
    guard isFinished, start < buffer.count || dropped > 0 else { return nil }
    let row = row(upTo: buffer.count, next: buffer.count)
    return row.bytes.isEmpty && !row.isTooLong ? nil : row
  }

  private mutating func findBreak() -> Int? {
    var i = scanned
    defer { scanned = i }
    let count = buffer.count
    while i < count {
      let byte = buffer[i]
      if byte == 0x0A {
        if !insideQuotes { return i }
        breaks += 1
      } else if isQuoted, byte == UInt8(ascii: "\"") {
        insideQuotes.toggle()  // a doubled quote toggles twice
      }
      i += 1
    }
    return nil
  }

  private mutating func row(upTo end: Int, next: Int) -> Row {
    var bytes = buffer[start..<end]
    if bytes.last == 0x0D { bytes = bytes.dropLast() }
    let size = dropped + end - start
    let row = Row(
      bytes: size > maxBytes ? [] : bytes, line: line, position: position, isTooLong: size > maxBytes)
    position += dropped + next - start
    line += breaks + 1
    start = next
    scanned = next
    (breaks, dropped, insideQuotes) = (0, 0, false)
    return row
  }

  private mutating func drop() {
    dropped += buffer.count - start
    buffer.removeAll(keepingCapacity: true)
    start = 0
    scanned = 0
  }
}
