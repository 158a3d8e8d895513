import CKernels
public import Tensors

extension ProductQuantizer {
  /// The codes of vectors, `codeSize` bytes each.
  public func encoded(_ vectors: Matrix, threads: Int) -> [UInt8] {
    precondition(vectors.columns == dimension, "vectors of another dimension")
    let (n, size) = (vectors.rows, codeSize)
    return [UInt8](unsafeUninitializedCapacity: n * size) { codes, count in
      nonisolated(unsafe) let codes = codes
      vectors.withUnsafeBufferPointer { values in
        nonisolated(unsafe) let values = values
        parallelFor(n, threads: threads, chunk: 1024) { some in
          withKernel { kernel in
            vm_encode(
              kernel, values.baseAddress! + some.lowerBound * dimension, some.count,
              codes.baseAddress! + some.lowerBound * size)
          }
        }
      }
      count = n * size
    }
  }

  func withKernel(_ body: (UnsafePointer<vm_quantizer>) -> Void) {
    panels.values.withUnsafeBufferPointer { values in
      panels.halfNorms.withUnsafeBufferPointer { half in
        var kernel = vm_quantizer(
          panels: values.baseAddress, half: half.baseAddress, parts: UInt32(parts),
          dsub: UInt32(partDimension), bits: UInt32(bits))
        body(&kernel)
      }
    }
  }

  /// Writes `queries` queries' tables, one after the other: squared distances or negated products to every centroid.
  func writeTables(
    of x: UnsafePointer<Float>, queries: Int, product: Bool, to tables: UnsafeMutablePointer<Float>
  ) {
    vm_tables(
      x, queries, parts, partDimension, centroidsPerPart, panels.values, product ? 1 : 0, tables,
      tableSize)
    let used = parts * centroidsPerPart
    guard used < tableSize else { return }
    for query in 0..<queries {
      (tables + query * tableSize + used).update(repeating: 0, count: tableSize - used)
    }
  }
}
