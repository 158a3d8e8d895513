extension NumpyHeader {
  /// Reads a header from the first bytes of a file.
  ///
  /// - Parameter bytes: at least the whole header; more does no harm.
  /// - Throws: `NumpyError` if this is no `.npy`, its order is Fortran's, or its element type is not supported.
  public init(parsing bytes: some RandomAccessCollection<UInt8>) throws {
    let head = Array(bytes.prefix(12))
    guard head.count >= 10, head[0] == 0x93, head[1..<6].elementsEqual("NUMPY".utf8) else {
      throw NumpyError("it does not start with the magic bytes")
    }
    let wide = head[6] >= 2
    guard (1...3).contains(head[6]), !wide || head.count == 12 else {
      throw NumpyError("format version \(head[6]) is unknown")
    }
    let length =
      wide
      ? Int(head[8]) | Int(head[9]) << 8 | Int(head[10]) << 16 | Int(head[11]) << 24
      : Int(head[8]) | Int(head[9]) << 8
    let start = wide ? 12 : 10
    guard length <= 1 << 20, bytes.count >= start + length else {
      throw NumpyError("the header is cut short")
    }
    let text = String(decoding: bytes.dropFirst(start).prefix(length), as: UTF8.self)
    let dictionary = try NumpyDictionary(text)
    guard !dictionary.fortranOrder || dictionary.shape.count <= 1 else {
      throw NumpyError("it is in Fortran order; save it with numpy.ascontiguousarray")
    }
    guard let element = Element(numpy: dictionary.descr) else {
      throw NumpyError("element type \(dictionary.descr) is not supported")
    }
    var count = 1
    // Sides of nothing do not excuse the others: whoever reads on multiplies a row's side alone.
    for side in dictionary.shape {
      let (product, overflow) = count.multipliedReportingOverflow(by: max(side, 1))
      guard !overflow, product <= 1 << 50 else { throw NumpyError("the shape is impossibly large") }
      count = product
    }
    self.init(element: element, shape: dictionary.shape)
    dataOffset = start + length
  }
}

extension NumpyHeader.Element {
  init?(numpy descr: String) {
    let native = descr.hasPrefix("=") ? "<" + descr.dropFirst() : descr
    switch native {
    case "|u1", "<u1": self = .uint8
    default: self.init(rawValue: native)
    }
  }
}

/// The Python dictionary literal inside a header: its three known keys.
struct NumpyDictionary {
  var descr = ""
  var fortranOrder = false
  var shape: [Int] = []

  init(_ text: String) throws {
    guard let descr = Self.value(after: "'descr':", in: text)?.split(separator: "'").first,
      let order = Self.value(after: "'fortran_order':", in: text),
      order.hasPrefix("True") || order.hasPrefix("False"), let sides = Self.value(after: "'shape':", in: text),
      sides.first == "(", let close = sides.firstIndex(of: ")")
    else { throw NumpyError("the header's dictionary is not readable") }
    self.descr = String(descr)
    fortranOrder = order.hasPrefix("True")
    shape = try sides[sides.index(after: sides.startIndex)..<close].split(separator: ",").compactMap {
      let side = $0.filter { $0 != " " }
      if side.isEmpty { return nil }
      guard let number = Int(side), number >= 0 else { throw NumpyError("the shape is not readable") }
      return number
    }
  }

  private static func value(after key: String, in text: String) -> Substring? {
    var rest = Substring(text)
    while !rest.isEmpty {
      if rest.hasPrefix(key) { return rest.dropFirst(key.count).drop { $0 == " " } }
      rest = rest.dropFirst()
    }
    return nil
  }
}
