/// Reads the numbers, tags and vectors of a Faiss file in order; nothing beyond the file's end is ever touched.
struct FaissCursor {
  let file: FileBytes
  private(set) var offset = 0

  init(_ file: FileBytes) { self.file = file }

  func error(_ reason: String) -> FaissError { FaissError(offset: offset, reason) }

  mutating func read<T: BitwiseCopyable>(_ type: T.Type) throws -> T {
    guard file.count - offset >= MemoryLayout<T>.size else { throw error("it is cut short") }
    defer { offset += MemoryLayout<T>.size }
    return file.load(type, at: offset)
  }

  mutating func tag() throws -> String {
    let bytes = file.array(of: UInt8.self, in: try skip(4))
    return String(decoding: bytes, as: UTF8.self)
  }

  /// A number that must be between bounds.
  mutating func number<T: FixedWidthInteger & BitwiseCopyable>(
    _ type: T.Type, _ what: String, in bounds: ClosedRange<Int>
  ) throws -> Int {
    let at = offset
    let value = try read(type)
    guard let number = Int(exactly: value), bounds.contains(number) else {
      throw FaissError(offset: at, "\(what) is \(value), out of \(bounds.lowerBound)...\(bounds.upperBound)")
    }
    return number
  }

  mutating func bool(_ what: String) throws -> Bool {
    try number(UInt8.self, what, in: 0...1) == 1
  }

  /// Steps over some bytes that must be there, and says which.
  mutating func skip(_ count: Int) throws -> Range<Int> {
    guard count >= 0, file.count - offset >= count else { throw error("it is cut short") }
    defer { offset += count }
    return offset..<offset + count
  }

  /// Steps over `count` elements of `size` bytes.
  mutating func skip(_ count: Int, of size: Int) throws -> Range<Int> {
    let (bytes, overflow) = count.multipliedReportingOverflow(by: size)
    guard !overflow else { throw error("a length of \(count) × \(size) bytes is impossible") }
    return try skip(bytes)
  }

  /// The bytes of a counted vector of elements; their number must be `expected`, if that is given.
  mutating func vector(_ what: String, of size: Int, expected: Int? = nil) throws -> Range<Int> {
    let count = try number(UInt64.self, "the number of \(what)", in: 0...1 << 48)
    if let expected, count != expected { throw error("\(count) \(what), expected \(expected)") }
    return try skip(count, of: size)
  }

  mutating func floats(_ what: String, expected: Int? = nil) throws -> [Float] {
    file.array(of: Float.self, in: try vector(what, of: 4, expected: expected))
  }
}
