import CKernels
import Tensors

extension VectorIndex {
  /// The distances of a query to vectors of the refinement, in the sense that smaller is nearer.
  func refinedDistances(_ queries: Matrix, _ query: Int, to positions: [Int64]) -> [Float] {
    let (d, product) = (queries.columns, metric == .l2 ? Int32(0) : 1)
    return [Float](unsafeUninitializedCapacity: positions.count) { out, count in
      count = positions.count
      guard count > 0 else { return }
      queries.withUnsafeBufferPointer { values in
        refinement.withBytes { bytes in
          let (x, rows) = (values.baseAddress! + query * d, bytes.baseAddress!.assumingMemoryBound(to: UInt8.self))
          if case .scalar(let quantizer) = trained.refinement {
            vm_refine_bytes(
              x, rows, positions, count, d, quantizer.minima, quantizer.spans, product, out.baseAddress!)
          } else {
            vm_refine_floats(x, rows, positions, count, d, product, out.baseAddress!)
          }
        }
      }
    }
  }
}

extension RefinementBytes {
  /// Lends all of the bytes.
  fileprivate func withBytes(_ body: (UnsafeRawBufferPointer) -> Void) {
    switch self {
    case .memory(let bytes): bytes.withUnsafeBytes(body)
    case .mapped(let source, let range): source.withBytes(in: range, body)
    }
  }
}
