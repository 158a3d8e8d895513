public import Tensors

/// The first step of an inverted file: which list a vector belongs to.
public struct CoarseQuantizer: Sendable, Equatable {
  /// One centroid a list.
  public let centroids: Matrix
  /// Codes are of the vector minus its list's centroid, not of the vector itself.
  public let byResidual: Bool
  let panels: Panels

  public init(centroids: Matrix, byResidual: Bool) {
    self.centroids = centroids
    self.byResidual = byResidual
    panels = Panels(centroids)
  }

  public var lists: Int { centroids.rows }

  /// The list of every vector: that of the nearest centroid, or of the largest inner product.
  public func assigned(_ vectors: Matrix, metric: Metric, threads: Int) -> [UInt32] {
    panels.nearest(to: vectors, byProduct: metric != .l2, threads: threads)
  }

  /// Every vector minus its list's centroid.
  func residuals(_ vectors: Matrix, lists: [UInt32]) -> Matrix {
    var row = 0
    return vectors.mappingRows { values in
      let centroid = Int(lists[row]) * vectors.columns
      for i in values.indices { values[i] -= centroids.values[centroid + i] }
      row += 1
    }
  }
}
