import CKernels
import Tensors

extension Clusters {
  /// The mean of every cluster's points; an empty one keeps its previous centroid.
  ///
  /// Every cluster is summed by one thread, in the order of its points and in double precision.
  func means(of points: Matrix, previous: Matrix, threads: Int) -> Matrix {
    var means = previous
    let d = points.columns
    means.withUnsafeMutableBufferPointer { means in
      nonisolated(unsafe) let means = means
      points.withUnsafeBufferPointer { points in
        nonisolated(unsafe) let points = points
        order.withUnsafeBufferPointer { order in
          nonisolated(unsafe) let order = order
          parallelFor(previous.rows, threads: threads, chunk: 16) { clusters in
            var sum = [Double](repeating: 0, count: d)
            for cluster in clusters where size(cluster) > 0 {
              vm_mean_of_rows(
                points.baseAddress!, d, order.baseAddress! + starts[cluster], size(cluster), &sum,
                means.baseAddress! + cluster * d)
            }
          }
        }
      }
    }
    return means
  }
}
