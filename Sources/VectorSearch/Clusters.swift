import Tensors

/// Points sorted by the cluster they are assigned to, each cluster's in ascending order.
struct Clusters: Sendable {
  /// Cluster c holds the points order[starts[c]..<starts[c + 1]].
  let starts: [Int]
  let order: [UInt32]

  init(_ assigned: [UInt32], count: Int) {
    var starts = [Int](repeating: 0, count: count + 1)
    for cluster in assigned { starts[Int(cluster) + 1] += 1 }
    for cluster in 0..<count { starts[cluster + 1] += starts[cluster] }
    var next = starts
    var order = [UInt32](repeating: 0, count: assigned.count)
    for (point, cluster) in assigned.enumerated() {
      order[next[Int(cluster)]] = UInt32(point)
      next[Int(cluster)] += 1
    }
    self.starts = starts
    self.order = order
  }

  func size(_ cluster: Int) -> Int { starts[cluster + 1] - starts[cluster] }

  /// Gives each empty cluster half of the largest: both get its centroid, moved apart by a thousandth.
  func repairEmpty(_ centroids: inout Matrix) {
    var sizes = (0..<centroids.rows).map(size)
    for empty in sizes.indices where sizes[empty] == 0 {
      var largest = 0
      for other in sizes.indices where sizes[other] > sizes[largest] { largest = other }
      guard sizes[largest] > 1 else { return }
      for column in 0..<centroids.columns {
        let value = centroids[largest, column]
        let shift: Float = column % 2 == 0 ? 1 / 1024 : -1 / 1024
        centroids[empty, column] = value * (1 + shift)
        centroids[largest, column] = value * (1 - shift)
      }
      sizes[empty] = sizes[largest] / 2
      sizes[largest] -= sizes[empty]
    }
  }
}
