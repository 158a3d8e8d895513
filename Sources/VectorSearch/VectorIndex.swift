/// A trained quantizer with its vectors: what is searched, and what an index file holds.
public struct VectorIndex: Sendable {
  /// Where one inverted list lies; an index without lists has one span.
  struct Span: Sendable {
    /// The first place; a multiple of 64, so that lists begin with a block of their own.
    var start: Int
    var count: Int
  }

  enum Store: Sendable {
    /// Panels of 16 vectors (`CKernels/panels.h`).
    case rows([Float])
    /// Blocks of 64 codes (`CKernels/codes.h`).
    case codes([UInt8])
    /// Left in a file, one after the other.
    case mapped(MappedVectors)
  }

  public let trained: TrainedQuantizer
  public let count: Int
  let store: Store
  /// The numbering of the store's codes, where it is not the quantizer's own.
  let grouped: GroupedQuantizer?
  let spans: [Span]
  /// The label of the vector at each place; nil if labels are places, or left in the file with the codes.
  ///
  /// A label is a position (the order of adding) where `ids` or a refinement need one, else it is the id itself.
  let labels: [Int64]?
  /// The id of each position; nil if labels are ids.
  let ids: [Int64]?
  /// Bytes of the refinement, by position.
  let refinement: RefinementBytes

  public var dimension: Int { trained.dimension }
  public var metric: Metric { trained.metric }

  /// Places of the store, with those that complete a list's last block.
  var places: Int { spans.last.map { $0.start + ($0.count + 63) / 64 * 64 } ?? 0 }

  /// The same vectors behind further transforms, for queries that did not go through them yet.
  public func prepending(_ transforms: [VectorTransform]) throws -> VectorIndex {
    VectorIndex(
      trained: try trained.prepending(transforms), count: count, store: store, grouped: grouped, spans: spans,
      labels: labels, ids: ids, refinement: refinement)
  }

  init(
    trained: TrainedQuantizer, count: Int, store: Store, grouped: GroupedQuantizer?, spans: [Span],
    labels: [Int64]?, ids: [Int64]?, refinement: RefinementBytes
  ) {
    self.trained = trained
    self.count = count
    self.store = store
    self.grouped = grouped
    self.spans = spans
    self.labels = labels
    self.ids = ids
    self.refinement = refinement
  }

  /// Bytes in memory: codes, ids and refinement.
  public var memory: Int {
    let stored: Int
    switch store {
    case .rows(let values): stored = values.count * 4
    case .codes(let bytes): stored = bytes.count
    case .mapped: stored = 0
    }
    return stored + (labels?.count ?? 0) * 8 + (ids?.count ?? 0) * 8 + (refinement.inMemory ? refinement.count : 0)
  }
}
