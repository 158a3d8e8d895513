import Artifacts
import Foundation

/// A weight file (`.vmw`): "VMW1", the header's length (UInt32), a JSON header, then arrays at multiples of 64 bytes.
///
/// All numbers are little endian. Parsing checks the container; `ConvolutionalModel` checks that the network makes sense.
struct ModelFile: Sendable {
  let header: Header
  let digest: Digest
  private let bytes: [UInt8]
  private let start: Int

  static let magic = Array("VMW1".utf8)

  init(bytes: [UInt8]) throws(ModelFileError) {
    guard bytes.count >= 8, bytes.starts(with: Self.magic) else {
      throw ModelFileError("it does not start with VMW1")
    }
    let length = (0..<4).reduce(0) { $0 | Int(bytes[4 + $1]) << (8 * $1) }
    guard length <= 4 << 20, length <= bytes.count - 8 else {
      throw ModelFileError("its header of \(length) bytes is cut short")
    }
    do {
      header = try JSONDecoder().decode(Header.self, from: Data(bytes[8..<8 + length]))
    } catch {
      throw ModelFileError("its header cannot be read: \(error)")
    }
    start = 8 + length
    self.bytes = bytes
    digest = Digest(of: bytes)
    for (number, array) in header.arrays.enumerated() {
      try Self.check(array, number: number, room: bytes.count - start)
    }
  }

  private static func check(_ array: StoredArray, number: Int, room: Int) throws(ModelFileError) {
    guard array.count > 0, array.count <= room, array.offset >= 0, array.offset % 64 == 0,
      array.offset <= room - array.count * array.type.size
    else {
      throw ModelFileError(
        "array \(number) (\(array.count) values at byte \(array.offset)) does not lie within the file")
    }
  }

  /// The values of an array of whole numbers, which must be of this type and this long.
  func array<T: FixedWidthInteger>(
    _ number: Int, _ type: T.Type, count: Int, of operation: Int
  ) throws(ModelFileError) -> [T] {
    guard header.arrays.indices.contains(number) else {
      throw ModelFileError("operation \(operation) names array \(number), which is not there")
    }
    let array = header.arrays[number]
    guard array.type.size == T.bitWidth / 8, array.count == count else {
      throw ModelFileError(
        "array \(number) of operation \(operation) has \(array.count) values of type \(array.type), not \(count) of \(T.self)")
    }
    let size = array.type.size, first = start + array.offset
    return (0..<count).map { index in
      let at = first + index * size
      return (0..<size).reduce(T.zero) { $0 | T(truncatingIfNeeded: bytes[at + $1]) << T(8 * $1) }
    }
  }
}

/// Why a weight file cannot be used.
public struct ModelFileError: Error, Equatable, CustomStringConvertible {
  public let reason: String
  init(_ reason: String) { self.reason = reason }
  public var description: String {
    "not a usable weight file: \(reason); take one that models/small-cnn/quantize.py wrote"
  }
}
