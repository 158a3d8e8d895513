/// Standard error cut into lines: each goes to the log, and the last few are kept for an error's message.
struct CommandErrorLines {
  private var rest: [UInt8] = []
  private(set) var last: [String] = []
  let log: @Sendable (String) -> Void

  /// Lines kept.
  static let kept = 5
  /// A line without an end is cut here.
  static let longest = 8192

  init(log: @escaping @Sendable (String) -> Void) { self.log = log }

  mutating func add(_ bytes: [UInt8]) {
    for byte in bytes {
      if byte == 10 || rest.count >= Self.longest { endLine() }
      if byte != 10 { rest.append(byte) }
    }
  }

  /// Ends a last line that has no line end.
  mutating func finish() { if !rest.isEmpty { endLine() } }

  private mutating func endLine() {
    let line = String(decoding: rest.last == 13 ? rest.dropLast() : rest[...], as: UTF8.self)
    rest.removeAll(keepingCapacity: true)
    log(line)
    last.append(line)
    if last.count > Self.kept { last.removeFirst() }
  }
}
