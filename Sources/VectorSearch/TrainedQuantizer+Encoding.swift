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
    let pieces = try stride(from: 0, to: max(1, checked.rows), by: Self.piece).map { start -> EncodedShard in
      let rows = start..<min(checked.rows, start + Self.piece)
      let some = rows.count == checked.rows ? checked : checked[rows: rows]
      return try encodedPiece(some, ids: ids.isEmpty ? [] : Array(ids[rows]), threads: threads)
    }
    guard pieces.count > 1 else { return pieces[0] }
    return EncodedShard(
      count: checked.rows, codes: pieces.flatMap(\.codes), lists: pieces.flatMap(\.lists), ids: ids,
      refinement: pieces.flatMap(\.refinement))
  }

  /// Vectors that pass through transforms and residuals at a time, each of which is a copy.
  private static let piece = 32_768

  private func encodedPiece(_ checked: Matrix, ids: [Int64], threads: Int) throws -> EncodedShard {
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
