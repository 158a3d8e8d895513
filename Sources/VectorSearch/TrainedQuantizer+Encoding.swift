public import Tensors

extension TrainedQuantizer {
  /// Encodes a shard of vectors; the same bytes at any number of threads.
  ///
  /// - Parameter ids: an id a vector; empty if the index shall answer with positions.
  /// - Throws: `SearchError` for another dimension, or a value that is NaN or infinite.
  public func encoded(_ vectors: Matrix, ids: [Int64] = [], threads: Int) throws -> EncodedShard {
    if ids.isEmpty, transforms.isEmpty, rotation == nil, coarse == nil, refinement == nil,
      vectors.columns == dimension, case .product(let quantizer, _) = code,
      let codes = quantizer.encodedIfFinite(vectors, threads: threads)
    {
      return EncodedShard(count: vectors.rows, codes: codes)
    }
    let checked = try vectors.checked(dimension: dimension, what: "the vectors")
    guard ids.isEmpty || ids.count == checked.rows else {
      throw SearchError(.mismatch, "\(ids.count) ids for \(checked.rows) vectors")
    }
    let stored = transforms.applied(to: checked, threads: threads)
    var coded = rotation?.applied(to: stored, threads: threads) ?? stored
    var lists: [UInt32] = []
    if let coarse {
      lists = coarse.assigned(coded, metric: metric, threads: threads)
      if coarse.byResidual { coded = coarse.residuals(coded, lists: lists) }
    }
    let codes: [UInt8]
    switch code {
    case .flat: codes = coded.littleEndianBytes
    case .product(let quantizer, _): codes = quantizer.encoded(coded, threads: threads)
    }
    let refined: [UInt8]
    switch refinement {
    case nil: refined = []
    case .flat: refined = stored.littleEndianBytes
    case .scalar(let quantizer): refined = quantizer.encoded(stored)
    }
    return EncodedShard(
      count: checked.rows, codes: codes, lists: lists, ids: ids, refinement: refined)
  }
}
