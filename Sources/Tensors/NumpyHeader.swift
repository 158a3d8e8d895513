/// The header of a `.npy` file: element type and shape (NumPy format 1.0, 2.0 and 3.0).
///
/// Layout: https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html
public struct NumpyHeader: Sendable, Equatable {
  /// Element types that Vecmill reads or writes, by NumPy's names.
  public enum Element: String, Sendable {
    case float16 = "<f2"
    case float32 = "<f4"
    case float64 = "<f8"
    case int32 = "<i4"
    case int64 = "<i8"
    case uint8 = "|u1"

    /// Bytes an element.
    public var size: Int {
      switch self {
      case .uint8: 1
      case .float16: 2
      case .float32, .int32: 4
      case .float64, .int64: 8
      }
    }
  }

  public var element: Element
  public var shape: [Int]
  /// Where the data starts, in bytes from the start of the file.
  public var dataOffset: Int

  public init(element: Element, shape: [Int]) {
    self.element = element
    self.shape = shape
    dataOffset = Self.encoded(element: element, shape: shape).count
  }

  /// The header's bytes as Vecmill writes them: format 1.0, data at a multiple of 64.
  public var bytes: [UInt8] { Self.encoded(element: element, shape: shape) }

  private static func encoded(element: Element, shape: [Int]) -> [UInt8] {
    let sides = shape.map(String.init).joined(separator: ", ") + (shape.count == 1 ? "," : "")
    var text = "{'descr': '\(element.rawValue)', 'fortran_order': False, 'shape': (\(sides)), }"
    let used = 10 + text.utf8.count + 1
    text += String(repeating: " ", count: (64 - used % 64) % 64) + "\n"
    let length = text.utf8.count
    return [0x93] + Array("NUMPY".utf8) + [1, 0, UInt8(length & 255), UInt8(length >> 8)]
      + Array(text.utf8)
  }
}

/// Why a `.npy` file cannot be used.
public struct NumpyError: Error, Equatable, CustomStringConvertible {
  public let reason: String
  public init(_ reason: String) { self.reason = reason }
  public var description: String { "not a usable .npy file: \(reason)" }
}
