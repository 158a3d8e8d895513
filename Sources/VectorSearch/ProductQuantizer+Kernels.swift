import CKernels
import Synchronization
public import Tensors

extension ProductQuantizer {
  /// The codes of vectors, `codeSize` bytes each.
  public func encoded(_ vectors: Matrix, threads: Int) -> [UInt8] {
    encoded(vectors, threads: threads) { _ in }
  }

  /// The same; nil if a value is NaN or infinite. Looking at values just before they are encoded saves reading them twice.
  func encodedIfFinite(_ vectors: Matrix, threads: Int) -> [UInt8]? {
    let finite = Atomic<Bool>(true)
    let codes = encoded(vectors, threads: threads) { rows in
      if vm_all_finite(rows.baseAddress, rows.count) == 0 { finite.store(false, ordering: .relaxed) }
    }
    return finite.load(ordering: .relaxed) ? codes : nil
  }

  private func encoded(
    _ vectors: Matrix, threads: Int, before: @Sendable (UnsafeBufferPointer<Float>) -> Void
  ) -> [UInt8] {
    precondition(vectors.columns == dimension, "vectors of another dimension")
    let (n, size) = (vectors.rows, codeSize)
    return [UInt8](unsafeUninitializedCapacity: n * size) { codes, count in
      nonisolated(unsafe) let codes = codes
      vectors.withUnsafeBufferPointer { values in
        nonisolated(unsafe) let values = values
        parallelFor(n, threads: threads, chunk: 256) { some in
          before(
            UnsafeBufferPointer(
              rebasing: values[some.lowerBound * dimension..<some.upperBound * dimension]))
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

  /// The vectors that codes stand for.
  ///
  /// - Parameter codes: `codeSize` bytes a vector.
  public func decoded(_ codes: [UInt8], threads: Int = 1) -> Matrix {
    let (n, size) = (codes.count / codeSize, codeSize)
    return Matrix(rows: n, columns: dimension) { values in
      nonisolated(unsafe) let values = values
      centroids.withUnsafeBufferPointer { centroids in
        nonisolated(unsafe) let centroids = centroids
        codes.withUnsafeBufferPointer { codes in
          nonisolated(unsafe) let codes = codes
          parallelFor(n, threads: threads, chunk: 4096) { some in
            withKernel { kernel in
              vm_decode(
                kernel, centroids.baseAddress!, codes.baseAddress! + some.lowerBound * size, some.count,
                values.baseAddress! + some.lowerBound * dimension)
            }
          }
        }
      }
    }
  }

  /// One iteration of k-means for all parts: every centroid becomes the mean of the vectors coded by it.
  func refitted(to vectors: Matrix, codes: [UInt8], threads: Int) throws -> ProductQuantizer {
    var moved = centroids
    moved.withUnsafeMutableBufferPointer { moved in
      nonisolated(unsafe) let moved = moved
      vectors.withUnsafeBufferPointer { vectors in
        nonisolated(unsafe) let vectors = vectors
        parallelFor(parts, threads: threads) { part in
          withKernel { kernel in
            vm_refit_part(
              kernel, part.lowerBound, vectors.baseAddress!, codes, codes.count / codeSize,
              moved.baseAddress!)
          }
        }
      }
    }
    return try ProductQuantizer(dimension: dimension, parts: parts, bits: bits, centroids: moved)
  }

  /// K-means of 256 centroids by bounds; about three times as fast as trying every centroid, for the same result.
  ///
  /// - Throws: `CancellationError` once the options say so, in the middle of an iteration.
  static func pruned(_ points: Matrix, start: Matrix, options: TrainingOptions) throws -> Matrix {
    var centroids = start
    var stop = TrainingStop(isCancelled: options.isCancelled ?? { false })
    centroids.withUnsafeMutableBufferPointer { centroids in
      points.withUnsafeBufferPointer { points in
        withUnsafeMutablePointer(to: &stop) { stop in
          _ = vm_train_256(
            points.baseAddress!, points.count * 256 / centroids.count, centroids.count / 256, centroids.baseAddress!,
            options.iterations, { $0!.assumingMemoryBound(to: TrainingStop.self).pointee.asked() }, stop)
        }
      }
    }
    if stop.isStopped { throw CancellationError() }
    return centroids
  }

  /// The numbers of a part's 256 centroids in an order of 16 groups of near ones.
  func groupOrder(ofPart part: Int) -> [UInt8] {
    [UInt8](unsafeUninitializedCapacity: 256) { order, count in
      centroids.withUnsafeBufferPointer { centroids in
        vm_group_256(centroids.baseAddress! + part * 256 * partDimension, partDimension, order.baseAddress!)
      }
      count = 256
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

extension Matrix {
  /// The sum of squared differences to a matrix of the same shape.
  func squaredError(to other: Matrix) -> Double {
    withUnsafeBufferPointer { own in
      other.withUnsafeBufferPointer { other in
        vm_squared_error(own.baseAddress!, other.baseAddress!, own.count)
      }
    }
  }
}

extension GroupedQuantizer {
  /// Only the AVX2 scan profits.
  static var isWorthwhile: Bool { vm_cpu_level() == Int32(VM_CPU_AVX2) || vm_cpu_level() == Int32(VM_CPU_AVX512) }
}

/// What a kernel asks whether to go on.
private struct TrainingStop {
  let isCancelled: @Sendable () -> Bool
  private(set) var isStopped = false

  init(isCancelled: @escaping @Sendable () -> Bool) { self.isCancelled = isCancelled }

  mutating func asked() -> Int32 {
    isStopped = isStopped || isCancelled()
    return isStopped ? 1 : 0
  }
}
