import CKernels
public import Tensors

extension Panels {
  static func packed(_ values: [Float], rows: Int, columns: Int) -> [Float] {
    var packed = [Float](repeating: 0, count: vm_panels_size(rows, columns))
    vm_pack_panels(values, rows, columns, columns, 0, &packed)
    return packed
  }

  static func halfNorms(_ values: [Float], rows: Int, columns: Int) -> [Float] {
    var norms = [Float](repeating: 0, count: (rows + 15) / 16 * 16)
    vm_half_norms(values, rows, columns, columns, &norms)
    return norms
  }

  /// The nearest row to every vector, or the row of largest inner product; the lowest number among equals.
  package func nearest(to x: Matrix, byProduct: Bool = false, threads: Int) -> [UInt32] {
    precondition(x.columns == columns, "vectors of another dimension")
    let bias = byProduct ? zeroBias : halfNorms
    let n = x.rows
    return [UInt32](unsafeUninitializedCapacity: n) { out, count in
      nonisolated(unsafe) let out = out
      x.withUnsafeBufferPointer { x in
        nonisolated(unsafe) let x = x
        parallelFor(n, threads: threads, chunk: 512) { some in
          vm_nearest(
            x.baseAddress! + some.lowerBound * columns, some.count, columns, values, bias, rows,
            columns, out.baseAddress! + some.lowerBound, nil)
        }
      }
      count = n
    }
  }

  /// `bias - <x, row>` for every vector and every row; the bias has a multiple of 16 values.
  package func scores(_ x: Matrix, bias: [Float]? = nil, threads: Int) -> Matrix {
    products(x, threads: threads) { x, n, out in
      if let bias {
        vm_scores(x, n, columns, values, bias, rows, columns, out, rows)
      } else {
        vm_scores(x, n, columns, values, nil, rows, columns, out, rows)
      }
    }
  }

  private func products(
    _ x: Matrix, threads: Int,
    kernel: @Sendable (UnsafePointer<Float>, Int, UnsafeMutablePointer<Float>) -> Void
  ) -> Matrix {
    precondition(x.columns == columns, "vectors of another dimension")
    guard rows > 0, x.rows > 0, columns > 0 else { return Matrix(rows: x.rows, columns: rows) }
    return Matrix(rows: x.rows, columns: rows) { out in
      nonisolated(unsafe) let out = out.baseAddress!
      x.withUnsafeBufferPointer { values in
        nonisolated(unsafe) let values = values.baseAddress!
        parallelFor(x.rows, threads: threads, chunk: 96) { some in
          kernel(values + some.lowerBound * columns, some.count, out + some.lowerBound * rows)
        }
      }
    }
  }
}

extension Matrix {
  /// The first row that holds NaN or infinity.
  public var firstRowNotFinite: Int? {
    withUnsafeBufferPointer { values in
      guard let start = values.baseAddress, vm_all_finite(start, values.count) == 0 else { return nil }
      return (0..<rows).first { vm_all_finite(start + $0 * columns, columns) == 0 }
    }
  }
}
