/// Some vectors as an index stores them: the outcome of encoding one shard.
///
/// `bytes` and `init(bytes:)` make it a file, so that encoding can be a checkpointed step of its own.
public struct EncodedShard: Sendable, Equatable {
  public let count: Int
  /// `codeSize` bytes a vector; values of 32-bit floats, little endian, if the type is flat.
  public let codes: [UInt8]
  /// The inverted list of each vector; empty without lists.
  public let lists: [UInt32]
  /// The id of each vector; empty if ids are positions.
  public let ids: [Int64]
  /// The refinement's bytes of each vector; empty without one.
  public let refinement: [UInt8]

  public init(
    count: Int, codes: [UInt8], lists: [UInt32] = [], ids: [Int64] = [], refinement: [UInt8] = []
  ) {
    precondition(lists.isEmpty || lists.count == count, "a list a vector")
    precondition(ids.isEmpty || ids.count == count, "an id a vector")
    self.count = count
    self.codes = codes
    self.lists = lists
    self.ids = ids
    self.refinement = refinement
  }

  /// Refuses a shard that another quantizer encoded.
  func check(against trained: TrainedQuantizer) throws {
    guard codes.count == count * trained.codeSize, refinement.count == count * trained.refinementSize,
      lists.isEmpty == (trained.coarse == nil) || count == 0
    else {
      throw SearchError(.mismatch, "an encoded shard of \(count) vectors does not fit this quantizer")
    }
    let most = trained.coarse?.lists ?? 0
    if let wrong = lists.first(where: { $0 >= most }) {
      throw SearchError(.mismatch, "an encoded shard names list \(wrong) of \(most)")
    }
  }
}
