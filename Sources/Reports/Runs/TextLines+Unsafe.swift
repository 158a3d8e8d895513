import SystemPackage

/// The lines of a text file, read in pieces: the file may be larger than memory, or one of /proc that has no size.
struct TextLines {
  private let path: FilePath

  init(_ path: FilePath) { self.path = path }

  /// Calls the body with each line, without its newline, until it returns false. Invalid UTF-8 is repaired.
  ///
  /// - Parameter longest: bytes of a line; longer ones are cut there.
  /// - Throws: `Errno`.
  func forEach(longest: Int = 1 << 20, _ body: (String) -> Bool) throws {
    let file = try FileDescriptor.open(path, .readOnly)
    defer { try? file.close() }
    var line: [UInt8] = []
    while true {
      let piece = try [UInt8](unsafeUninitializedCapacity: 1 << 16) { buffer, count in
        count = try file.read(into: UnsafeMutableRawBufferPointer(buffer))
      }
      if piece.isEmpty { break }
      for byte in piece {
        if byte == UInt8(ascii: "\n") {
          guard body(String(decoding: line, as: UTF8.self)) else { return }
          line.removeAll(keepingCapacity: true)
        } else if line.count < longest {
          line.append(byte)
        }
      }
    }
    if !line.isEmpty { _ = body(String(decoding: line, as: UTF8.self)) }
  }
}
