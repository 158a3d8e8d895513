public import Tensors

/// A product quantizer: a vector is cut into parts, and each part is replaced by the number of its nearest centroid.
///
/// Jégou, Douze, Schmid, "Product Quantization for Nearest Neighbor Search", 2011. A code has 8 or 4 bits a part; the
/// numbers follow one another, least significant bits first, as in Faiss.
public struct ProductQuantizer: Sendable, Equatable {
  public let dimension: Int
  public let parts: Int
  public let bits: Int
  /// The centroids of part m are the rows m * 2^bits ..< (m + 1) * 2^bits, of dimension / parts values.
  public let centroids: Matrix
  let panels: Panels

  /// - Throws: `SearchError` if the centroids do not have the shape (parts * 2^bits) × (dimension / parts).
  public init(dimension: Int, parts: Int, bits: Int, centroids: Matrix) throws {
    guard bits == 8 || bits == 4 else {
      throw SearchError(.type, "a product quantizer has 8 or 4 bits, not \(bits)")
    }
    guard parts > 0, dimension > 0, dimension % parts == 0 else {
      throw SearchError(.dimension, "\(parts) parts do not divide a dimension of \(dimension)")
    }
    guard centroids.rows == parts << bits, centroids.columns == dimension / parts else {
      throw SearchError(
        .mismatch,
        "\(centroids.rows)×\(centroids.columns) centroids for \(parts) parts of \(bits) bits")
    }
    self.dimension = dimension
    self.parts = parts
    self.bits = bits
    self.centroids = try centroids.checked(dimension: dimension / parts, what: "the centroids")
    panels = Panels(centroids)
  }

  /// Values of a part.
  public var partDimension: Int { dimension / parts }
  /// Centroids of a part.
  public var centroidsPerPart: Int { 1 << bits }
  /// Bytes of a code.
  public var codeSize: Int { (parts * bits + 7) / 8 }
  /// Floats of one query's distance tables; with 4 bits and an odd number of parts a table of zeros completes the byte.
  var tableSize: Int { bits == 8 ? codeSize * 256 : codeSize * 32 }

  /// The vectors that codes stand for.
  ///
  /// - Parameter codes: `codeSize` bytes a vector.
  public func decoded(_ codes: [UInt8]) -> Matrix {
    let count = codes.count / codeSize
    var values: [Float] = []
    values.reserveCapacity(count * dimension)
    for vector in 0..<count {
      for part in 0..<parts {
        values.append(contentsOf: centroids[row: part << bits + number(codes, vector, part)])
      }
    }
    return Matrix(rows: count, columns: dimension, values: values)
  }

  private func number(_ codes: [UInt8], _ vector: Int, _ part: Int) -> Int {
    if bits == 8 { return Int(codes[vector * codeSize + part]) }
    return Int(codes[vector * codeSize + part / 2] >> (part % 2 * 4) & 15)
  }

  /// The mean squared distance between vectors and what their codes stand for.
  public func error(on vectors: Matrix, threads: Int) -> Double {
    let decoded = decoded(encoded(vectors, threads: threads))
    var sum = 0.0
    for (a, b) in zip(vectors.values, decoded.values) { sum += Double(a - b) * Double(a - b) }
    return vectors.rows == 0 ? 0 : sum / Double(vectors.rows)
  }
}
