extension VectorIndex {
  /// Fills a trained quantizer with encoded shards, in order.
  ///
  /// - Throws: `SearchError` if a shard does not belong to the quantizer, or only some have ids.
  public init(_ trained: TrainedQuantizer, shards: [EncodedShard]) throws {
    try self.init(ShardedContent(trained, shardCount: shards.count) { shards[$0] })
  }

  /// Fills a trained quantizer with shards that are fetched one at a time.
  public init(_ content: ShardedContent) throws {
    var filling = IndexFilling(content.trained, sizes: content.listSizes())
    for number in 0..<content.shardCount { filling.add(try content.shard(number)) }
    self = filling.finished()
  }
}

/// An index on its way from encoded vectors to its store.
package struct IndexFilling {
  let trained: TrainedQuantizer
  private var spans: [VectorIndex.Span]
  private var store: VectorIndex.Store
  private let grouped: GroupedQuantizer?
  private var labels: [Int64]?
  package var ids: [Int64] = []
  package var refinement: [UInt8] = []
  private var filled: [Int]
  private var count = 0

  /// - Parameter sizes: the number of vectors of every list; of one list if the quantizer has none.
  package init(_ trained: TrainedQuantizer, sizes: [Int]) {
    self.trained = trained
    var start = 0
    spans = sizes.map { size in
      defer { start += (size + 63) / 64 * 64 }
      return VectorIndex.Span(start: start, count: size)
    }
    filled = [Int](repeating: 0, count: sizes.count)
    switch trained.code {
    case .flat:
      store = .rows([Float](repeating: 0, count: start * trained.codedDimension))
      grouped = nil
    case .product(let quantizer, _):
      grouped = sizes.contains { $0 > 0 } ? GroupedQuantizer(quantizer) : nil
      store = .codes([UInt8](repeating: 0, count: start * trained.codeSize))
    }
    if trained.coarse != nil { labels = [Int64](repeating: -1, count: start) }
  }

  /// Adds vectors to one list; labels are nil without lists.
  package mutating func add(codes: [UInt8], count: Int, labels own: [Int64]?, toList list: Int) {
    let place = spans[list].start + filled[list]
    pack(grouped?.renumbered(codes) ?? codes, from: 0, count: count, at: place)
    if let own { for (i, label) in own.enumerated() { labels![place + i] = label } }
    filled[list] += count
    self.count += count
  }

  mutating func add(_ shard: EncodedShard) {
    if trained.coarse == nil {
      add(codes: shard.codes, count: shard.count, labels: nil, toList: 0)
      ids.append(contentsOf: shard.ids)
    } else {
      let codes = grouped?.renumbered(shard.codes) ?? shard.codes
      for (vector, list) in shard.lists.enumerated() {
        let place = spans[Int(list)].start + filled[Int(list)]
        pack(codes, from: vector, count: 1, at: place)
        labels![place] = trained.hasLabelsAsIDs && !shard.ids.isEmpty ? shard.ids[vector] : Int64(count + vector)
        filled[Int(list)] += 1
      }
      if !trained.hasLabelsAsIDs { ids.append(contentsOf: shard.ids) }
      count += shard.count
    }
    refinement.append(contentsOf: shard.refinement)
  }

  package consuming func finished() -> VectorIndex {
    VectorIndex(
      trained: trained, count: count, store: store, grouped: grouped, spans: spans, labels: labels,
      ids: ids.isEmpty ? nil : ids, refinement: .memory(refinement))
  }

  private mutating func pack(_ codes: [UInt8], from: Int, count: Int, at place: Int) {
    // The store is taken out while it changes, so that its array has one owner and is not copied.
    switch store {
    case .rows(var values):
      store = .codes([])
      let columns = trained.codedDimension
      IndexPacking.pack(rows: codes, from: from, count: count, columns: columns, at: place, into: &values)
      store = .rows(values)
    case .codes(var bytes):
      store = .rows([])
      IndexPacking.pack(
        codes: codes, from: from, count: count, size: trained.codeSize, at: place, into: &bytes)
      store = .codes(bytes)
    case .mapped: break  // is never filled
    }
  }
}

extension TrainedQuantizer {
  /// Inverted lists hold ids themselves, unless a refinement needs positions.
  var hasLabelsAsIDs: Bool { coarse != nil && refinement == nil }
}
