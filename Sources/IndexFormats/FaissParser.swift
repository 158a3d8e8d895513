import Tensors
import VectorSearch

/// Parses a Faiss file into a tree. Layouts: faiss/impl/index_write.cpp of Faiss 1.15.
struct FaissParser {
  var cursor: FaissCursor
  /// Indexes hold indexes; no real file nests deeper.
  private var depth = 0

  init(_ file: FileBytes) { cursor = FaissCursor(file) }

  mutating func node() throws -> FaissNode {
    depth += 1
    defer { depth -= 1 }
    guard depth <= 8 else { throw cursor.error("indexes are nested too deep") }
    let start = cursor.offset
    let tag = try cursor.tag()
    switch tag {
    case "IxF2", "IxFI", "IxFl": return try flat(try header(at: start))
    case "IxPq": return try product(try header(at: start))
    case "IPfs": return try fastScan(try header(at: start))
    case "IxSQ": return try scalar(try header(at: start))
    case "IwFl", "IwPQ", "IwPf": return try inverted(tag, try header(at: start))
    case "IxPT": return try transformed(try header(at: start))
    case "IxM2", "IxMp":
      let header = try header(at: start)
      let inner = try node()
      let ids = try cursor.vector("ids", of: 8, expected: inner.header.count)
      return .identified(header, ids: ids, inner: inner)
    case "IxRF":
      let header = try header(at: start)
      let (base, fine) = (try node(), try node())
      return .refined(header, base: base, fine: fine, factor: try cursor.read(Float.self))
    default:
      throw FaissError(
        offset: start,
        "index type \"\(FaissParser.printable(tag))\" is not supported; Flat, PQ, PQ fast scan, OPQ, "
          + "IVF of these, IDMap and Refine are")
    }
  }

  static func printable(_ tag: String) -> String {
    String(tag.unicodeScalars.map { $0.isASCII && $0.value >= 32 && $0.value < 127 ? Character($0) : "?" })
  }

  private mutating func header(at start: Int) throws -> FaissHeader {
    let dimension = try cursor.number(Int32.self, "the dimension", in: 1...1 << 20)
    let count = try cursor.number(Int64.self, "the number of vectors", in: 0...1 << 40)
    _ = try cursor.skip(16)
    guard try cursor.bool("is_trained") else { throw cursor.error("the index is not trained") }
    let metric = try cursor.number(Int32.self, "the metric", in: 0...1) == 0 ? Metric.ip : .l2
    return FaissHeader(dimension: dimension, count: count, metric: metric, offset: start)
  }

  private mutating func flat(_ header: FaissHeader) throws -> FaissNode {
    .flat(header, rows: try cursor.vector("floats", of: 4, expected: header.count * header.dimension))
  }

  private mutating func product(_ header: FaissHeader) throws -> FaissNode {
    let quantizer = try quantizer(header)
    let codes = try cursor.vector("code bytes", of: 1, expected: header.count * quantizer.codeSize)
    _ = try cursor.skip(9)  // search type, sign encoding, Hamming threshold: other ways to search the same codes
    return .product(header, quantizer, codes: codes)
  }

  private mutating func fastScan(_ header: FaissHeader) throws -> FaissNode {
    let quantizer = try quantizer(header)
    _ = try cursor.skip(4)
    _ = try cursor.number(Int32.self, "the block size", in: 32...32)
    _ = try cursor.skip(4)
    let even = (header.count + 31) / 32 * 32
    let padded = try cursor.number(UInt64.self, "the padded number of vectors", in: even...even)
    let pairs = try pairs(of: quantizer)
    return .fastScan(
      header, quantizer,
      packed: try cursor.vector("packed bytes", of: 1, expected: padded * pairs), pairs: pairs)
  }

  /// Bytes of a packed code: two sub-quantizers each, their number rounded up to even.
  private mutating func pairs(of quantizer: ProductQuantizer) throws -> Int {
    let even = (quantizer.parts + 1) / 2 * 2
    return try cursor.number(UInt64.self, "the padded number of parts", in: even...even) / 2
  }

  private mutating func scalar(_ header: FaissHeader) throws -> FaissNode {
    _ = try cursor.number(Int32.self, "the scalar quantizer's type (8 bits is 0)", in: 0...0)
    _ = try cursor.skip(8)
    _ = try cursor.number(UInt64.self, "the dimension", in: header.dimension...header.dimension)
    _ = try cursor.number(UInt64.self, "the code size", in: header.dimension...header.dimension)
    let range = try cursor.floats("trained values", expected: 2 * header.dimension)
    let codes = try cursor.vector("code bytes", of: 1, expected: header.count * header.dimension)
    let quantizer = ScalarQuantizer(
      minima: Array(range.prefix(header.dimension)), spans: Array(range.suffix(header.dimension)))
    return .scalar(header, quantizer, codes: codes)
  }

  mutating func quantizer(_ header: FaissHeader) throws -> ProductQuantizer {
    let d = try cursor.number(UInt64.self, "the quantizer's dimension", in: header.dimension...header.dimension)
    let parts = try cursor.number(UInt64.self, "the number of parts", in: 1...d)
    let bits = try cursor.number(UInt64.self, "bits a part", in: 1...24)
    guard bits == 4 || bits == 8, d % parts == 0 else {
      throw cursor.error("\(parts) parts of \(bits) bits for \(d) values are not supported: 4 or 8 bits are")
    }
    let values = try cursor.floats("centroid values", expected: d << bits)
    let centroids = Matrix(rows: parts << bits, columns: d / parts, values: values)
    do {
      return try ProductQuantizer(dimension: d, parts: parts, bits: bits, centroids: centroids)
    } catch {
      throw cursor.error("\(error)")
    }
  }
}
