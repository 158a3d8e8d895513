/// An index whose vectors stay in encoded shards, fetched when needed: for writing a file larger than memory.
///
/// Shards are fetched one at a time, several times over: once for counting, and once for every part of the file; an
/// inverted file's lists are gathered in as many passes as `memory` asks for.
public struct ShardedContent: IndexContent {
  public let trained: TrainedQuantizer
  public let shardCount: Int
  public let count: Int
  public let hasOuterIDs: Bool
  private let hasIDs: Bool
  private let sizes: [Int]
  private let memory: Int
  private let fetch: (Int) throws -> EncodedShard

  /// - Parameters:
  ///   - memory: bytes of lists held at a time.
  ///   - shard: fetches a shard by its number; must give the same one every time.
  /// - Throws: `SearchError` if a shard does not belong to the quantizer, or only some have ids.
  public init(
    _ trained: TrainedQuantizer, shardCount: Int, memory: Int = 1 << 28,
    shard: @escaping (Int) throws -> EncodedShard
  ) throws {
    var sizes = [Int](repeating: 0, count: trained.coarse?.lists ?? 1)
    var (count, withIDs) = (0, 0)
    for number in 0..<shardCount {
      let shard = try shard(number)
      try shard.check(against: trained)
      if trained.coarse == nil { sizes[0] += shard.count }
      for list in shard.lists { sizes[Int(list)] += 1 }
      count += shard.count
      withIDs += shard.ids.count
    }
    guard withIDs == 0 || withIDs == count else {
      throw SearchError(.mismatch, "\(withIDs) of \(count) vectors have ids: all or none must")
    }
    self.trained = trained
    self.shardCount = shardCount
    self.count = count
    self.sizes = sizes
    self.memory = memory
    hasIDs = withIDs > 0
    hasOuterIDs = withIDs > 0 && !trained.hasLabelsAsIDs
    fetch = shard
  }

  func shard(_ number: Int) throws -> EncodedShard { try fetch(number) }

  public func listSizes() -> [Int] { sizes }

  public func forEachList(_ body: (_ codes: [UInt8], _ labels: [Int64]) throws -> Void) throws {
    let each = trained.codeSize + 8
    var first = 0
    while first < sizes.count {
      var end = first + 1
      var vectors = sizes[first]
      while end < sizes.count, (vectors + sizes[end]) * each <= memory {
        vectors += sizes[end]
        end += 1
      }
      for (codes, labels) in try gathered(first..<end) { try body(codes, labels) }
      first = end
    }
  }

  /// The codes and labels of some lists, from one pass over the shards.
  private func gathered(_ lists: Range<Int>) throws -> [(codes: [UInt8], labels: [Int64])] {
    var found = [(codes: [UInt8], labels: [Int64])](repeating: ([], []), count: lists.count)
    let size = trained.codeSize
    // Arrays that grow by doubling would take up to three times the memory.
    for list in lists {
      found[list - lists.lowerBound].codes.reserveCapacity(sizes[list] * size)
      found[list - lists.lowerBound].labels.reserveCapacity(sizes[list])
    }
    var before = 0
    for number in 0..<shardCount {
      let shard = try fetch(number)
      for (vector, list) in shard.lists.enumerated() where lists.contains(Int(list)) {
        let own = Int(list) - lists.lowerBound
        found[own].codes.append(contentsOf: shard.codes[vector * size..<(vector + 1) * size])
        found[own].labels.append(
          hasIDs && !hasOuterIDs ? shard.ids[vector] : Int64(before + vector))
      }
      before += shard.count
    }
    return found
  }

  public func forEachChunk(_ body: (_ codes: [UInt8]) throws -> Void) throws {
    for number in 0..<shardCount { try body(try fetch(number).codes) }
  }

  public func forEachIDs(_ body: (_ ids: [Int64]) throws -> Void) throws {
    for number in 0..<shardCount { try body(try fetch(number).ids) }
  }

  public func forEachRefinement(_ body: (_ bytes: [UInt8]) throws -> Void) throws {
    for number in 0..<shardCount { try body(try fetch(number).refinement) }
  }
}
