extension VectorIndex {
  /// The same vectors without the first transforms, for queries that went through those already.
  ///
  /// - Throws: `SearchError` if there are not that many.
  public func droppingTransforms(_ front: Int) throws -> VectorIndex {
    VectorIndex(
      trained: try trained.droppingTransforms(front), count: count, store: store, grouped: grouped,
      spans: spans, labels: labels, ids: ids, refinement: refinement)
  }
}

extension TrainedQuantizer {
  fileprivate func droppingTransforms(_ front: Int) throws -> TrainedQuantizer {
    guard front > 0 else { return self }
    guard front <= transforms.count else {
      throw SearchError(.mismatch, "an index of \(transforms.count) transforms has no \(front) to drop")
    }
    var copy = try TrainedQuantizer(
      dimension: try Array(transforms.prefix(front)).outputDimension(for: dimension), metric: metric,
      transforms: Array(transforms.dropFirst(front)), rotation: rotation, coarse: coarse, code: code,
      refinement: refinement, nprobe: nprobe)
    copy.refinementFactor = refinementFactor
    return copy
  }
}
