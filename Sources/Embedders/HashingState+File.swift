public import Artifacts
internal import Foundation
internal import Tensors

// The file: arrays in the .npy format one behind the other, as numpy.load reads them from one open file, in this order:
//   1. |u1 (n,)                the options as JSON, keys sorted
//   2. <i8 (1 + occurring, 2)  document frequencies as DocumentFrequencies.numpyBytes; (0, 2) without idf
//   3. <i4 (columns,)          the hashed columns that are projected, ascending
//   4. <f4 (columns, dims)     their rows of the projection
//   5. |u1 (32,)               SHA-256 of all bytes before this array
extension HashingState {
  /// The state as the bytes of a file.
  public var fileBytes: [UInt8] {
    var bytes = body
    bytes += Self.seal(Digest(of: bytes))
    return bytes
  }

  /// The digest over options, frequencies and projection: what makes two embedders the same.
  public var digest: Digest { Digest(of: body) }

  private var body: [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    // Numbers, words and flags alone: encoding them cannot fail.
    let json = [UInt8]((try? encoder.encode(options)) ?? Data())
    var bytes = NumpyHeader(element: .uint8, shape: [json.count]).bytes + json
    bytes += frequencies?.numpyBytes ?? NumpyHeader(element: .int64, shape: [0, 2]).bytes
    bytes += NumpyHeader(element: .int32, shape: [projectedColumns.count]).bytes
    for column in projectedColumns { bytes.append(littleEndian: column) }
    return bytes + projection.numpyBytes
  }

  /// The last array.
  private static func seal(_ digest: Digest) -> [UInt8] {
    let digits = Array(digest.hex)
    return NumpyHeader(element: .uint8, shape: [32]).bytes
      + stride(from: 0, to: 64, by: 2).map { UInt8(String(digits[$0...$0 + 1]), radix: 16)! }
  }

  /// Reads a state's file.
  ///
  /// - Throws: `HashingError.state` when the file is damaged, its digest does not match, or its parts contradict each other.
  public init(parsing bytes: [UInt8]) throws {
    var arrays = NumpySequence(bytes)
    let json = try arrays.next(.uint8, dimensions: 1)
    let counts = try arrays.next(.int64, dimensions: 2)
    let columns = try arrays.next(.int32, dimensions: 1)
    let rows = try arrays.next(.float32, dimensions: 2)
    let end = arrays.place
    guard bytes[end...].elementsEqual(Self.seal(Digest(of: Array(bytes[..<end])))) else {
      throw HashingError.state("its digest does not match its bytes")
    }
    let options: HashingOptions
    do {
      options = try JSONDecoder().decode(HashingOptions.self, from: Data(bytes[json.data]))
    } catch { throw HashingError.state("its options are not readable: \(error)") }
    try self.init(
      options: options,
      frequencies: counts.shape[0] == 0
        ? nil : DocumentFrequencies(parsing: Array(bytes[counts.start..<counts.data.upperBound])),
      projectedColumns: ByteReader.int32s(bytes, columns.data),
      projection: Matrix(
        rows: rows.shape[0], columns: rows.shape[1], values: ByteReader.floats(bytes, rows.data)))
  }
}

/// Arrays in the `.npy` format one behind the other.
struct NumpySequence {
  struct Part {
    var start: Int
    var data: Range<Int>
    var shape: [Int]
  }

  private let bytes: [UInt8]
  private(set) var place = 0

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  /// - Throws: `HashingError.state` unless an array of this type and number of dimensions follows.
  mutating func next(_ element: NumpyHeader.Element, dimensions: Int) throws -> Part {
    let header: NumpyHeader
    do { header = try NumpyHeader(parsing: bytes[place...]) } catch {
      throw HashingError.state("\(error), at byte \(place)")
    }
    let size = header.shape.reduce(header.element.size, *)
    guard header.element == element, header.shape.count == dimensions,
      place + header.dataOffset + size <= bytes.count
    else { throw HashingError.state("the array at byte \(place) is another one or cut short") }
    let part = Part(
      start: place, data: place + header.dataOffset..<place + header.dataOffset + size, shape: header.shape)
    place = part.data.upperBound
    return part
  }
}
