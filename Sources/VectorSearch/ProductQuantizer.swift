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
  /// The sum over parts of the largest half squared norm of a centroid: it bounds rounding errors of distances.
  let largestHalfNorms: Float

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
    let each = 1 << bits
    let norms = panels.halfNorms
    largestHalfNorms = (0..<parts).reduce(0) { $0 + norms[$1 * each..<($1 + 1) * each].max()! }
  }

  /// Values of a part.
  public var partDimension: Int { dimension / parts }
  /// Centroids of a part.
  public var centroidsPerPart: Int { 1 << bits }
  /// Bytes of a code.
  public var codeSize: Int { (parts * bits + 7) / 8 }
  /// Floats of one query's distance tables; with 4 bits and an odd number of parts a table of zeros completes the byte.
  var tableSize: Int { bits == 8 ? codeSize * 256 : codeSize * 32 }

  /// The mean squared distance between vectors and what their codes stand for.
  public func error(on vectors: Matrix, threads: Int) -> Double {
    guard vectors.rows > 0 else { return 0 }
    let decoded = decoded(encoded(vectors, threads: threads), threads: threads)
    return vectors.squaredError(to: decoded) / Double(vectors.rows)
  }
}
