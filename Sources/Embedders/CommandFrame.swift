internal import Tensors

/// What is said on a command embedder's standard input and output; every number is little-endian.
///
/// Request: u32 count; for each entry u32 length of the name, the name in UTF-8, u64 size, the bytes. Answer: u64 length, then a
/// `.npy` of shape (count, dimension), `<f4`. The end of the input means that no more requests come.
enum CommandFrame {
  static func request(_ entries: [(name: String, bytes: [UInt8])]) -> [UInt8] {
    var frame: [UInt8] = []
    frame.reserveCapacity(4 + entries.reduce(0) { $0 + 12 + $1.name.utf8.count + $1.bytes.count })
    frame.append(littleEndian: UInt32(entries.count))
    for entry in entries {
      frame.append(littleEndian: UInt32(entry.name.utf8.count))
      frame += Array(entry.name.utf8)
      frame.append(littleEndian: UInt64(entry.bytes.count))
      frame += entry.bytes
    }
    return frame
  }

  /// The bytes of the `.npy` that follow, from the first 8 of an answer.
  ///
  /// - Throws: a sentence when no answer to `count` entries is as long.
  static func answerLength(_ head: ArraySlice<UInt8>, count: Int, dimension: Int) throws(CommandFrameError) -> Int {
    var reader = ByteReader(Array(head.prefix(8)))
    let length: UInt64 = reader.number()
    // 8-byte floats and a generous header: long enough to say below what is wrong.
    let most = UInt64(count * dimension * 8 + 4096)
    guard (10...most).contains(length) else {
      throw CommandFrameError(
        "its length says \(length) bytes, at most \(most) can be; does the program print to standard output?")
    }
    return Int(length)
  }

  static func matrix(_ file: ArraySlice<UInt8>, count: Int, dimension: Int) throws(CommandFrameError) -> Matrix {
    let header: NumpyHeader
    do { header = try NumpyHeader(parsing: file) } catch { throw CommandFrameError("\(error)") }
    guard header.element == .float32 else {
      throw CommandFrameError("its element type is \(header.element.rawValue); convert with .astype('<f4')")
    }
    guard header.shape == [count, dimension] else {
      throw CommandFrameError("its shape is \(header.shape); \([count, dimension]) was asked for")
    }
    guard file.count == header.dataOffset + count * dimension * 4 else {
      throw CommandFrameError("it has \(file.count) bytes, \(header.dataOffset + count * dimension * 4) were expected")
    }
    let bytes = Array(file.dropFirst(header.dataOffset))
    let values = ByteReader.floats(bytes, bytes.indices)
    if let place = values.firstIndex(where: { !$0.isFinite }) {
      throw CommandFrameError("row \(place / dimension) has a value that is not finite")
    }
    return Matrix(rows: count, columns: dimension, values: values)
  }
}

/// What is wrong with an answer, in a sentence.
struct CommandFrameError: Error {
  let reason: String
  init(_ reason: String) { self.reason = reason }
}
