public import Tensors

/// Named arrays in one file, as `numpy.load` opens it: `.npz`, stored without compression.
public struct NumpyArchive: Sendable, Equatable {
  /// An array: its element type and shape, and its values as they lie in the file.
  public struct Array: Sendable, Equatable {
    public var name: String
    public var header: NumpyHeader
    public var data: [UInt8]
  }

  public private(set) var arrays: [Array] = []

  public init() {}

  /// A matrix as `<f4` of shape (rows, columns).
  public mutating func add(_ name: String, _ matrix: Matrix) {
    add(name, .init(element: .float32, shape: [matrix.rows, matrix.columns]), floats: matrix.values)
  }

  /// A list as `<f4` of shape (count,).
  public mutating func add(_ name: String, _ list: [Float]) {
    add(name, .init(element: .float32, shape: [list.count]), floats: list)
  }

  /// Bytes as `|u1` of shape (count,).
  public mutating func add(_ name: String, _ bytes: [UInt8]) {
    arrays.append(Array(name: name, header: .init(element: .uint8, shape: [bytes.count]), data: bytes))
  }

  private mutating func add(_ name: String, _ header: NumpyHeader, floats: [Float]) {
    var buffer = ExportBuffer()
    buffer.put(floats: floats)
    arrays.append(Array(name: name, header: header, data: buffer.bytes))
  }

  /// The array of that name.
  ///
  /// - Throws: `IndexFormatError` if there is none.
  public subscript(name: String) -> Array {
    get throws {
      guard let array = arrays.first(where: { $0.name == name }) else {
        throw IndexFormatError(.invalid, name, "there is no such array")
      }
      return array
    }
  }

  /// The file's bytes; the same arrays in the same order give the same bytes.
  public var bytes: [UInt8] {
    var zip = StoredZip()
    zip.members = arrays.map { ($0.name + ".npy", $0.header.bytes + $0.data) }
    return zip.bytes
  }

  /// Reads a file's bytes; `subject` names it in errors.
  ///
  /// - Throws: `IndexFormatError` if the archive is damaged or compressed, or a member is no `.npy` of a known type and of the
  ///   size that its shape says.
  public init(parsing bytes: [UInt8], subject: String) throws {
    for (name, content) in try StoredZip(parsing: bytes, subject: subject).members {
      guard name.hasSuffix(".npy") else {
        throw IndexFormatError(.invalid, subject, "member \(name) is no array")
      }
      do {
        let header = try NumpyHeader(parsing: content)
        let data = content.dropFirst(header.dataOffset)
        guard data.count == header.shape.reduce(header.element.size, *) else {
          throw NumpyError("\(data.count) bytes do not fit its shape \(header.shape)")
        }
        arrays.append(Array(name: String(name.dropLast(4)), header: header, data: [UInt8](data)))
      } catch { throw IndexFormatError(.invalid, "\(subject), member \(name)", "\(error)") }
    }
  }
}

extension NumpyArchive.Array {
  /// The values of a `<f4` array.
  ///
  /// - Throws: `IndexFormatError` if its elements are others.
  public var floats: [Float] {
    get throws {
      guard header.element == .float32 else {
        throw IndexFormatError(.invalid, name, "its elements are \(header.element.rawValue), not <f4")
      }
      return [Float](littleEndianBytes: data[...])
    }
  }
}
