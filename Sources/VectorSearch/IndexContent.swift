/// What a file writer needs of an index: its quantizer, and its vectors piece by piece.
public protocol IndexContent {
  var trained: TrainedQuantizer { get }
  var count: Int { get }
  /// Whether positions map to ids of their own, to be written beside the codes.
  var hasOuterIDs: Bool { get }

  /// The number of vectors of every list; one number if there are no lists.
  func listSizes() throws -> [Int]
  /// Hands out every list's codes and labels, in order.
  func forEachList(_ body: (_ codes: [UInt8], _ labels: [Int64]) throws -> Void) throws
  /// Hands out the codes of an index without lists, in the order of positions.
  func forEachChunk(_ body: (_ codes: [UInt8]) throws -> Void) throws
  /// Hands out the ids of all positions, in order.
  func forEachIDs(_ body: (_ ids: [Int64]) throws -> Void) throws
  /// Hands out the refinement's bytes, in the order of positions.
  func forEachRefinement(_ body: (_ bytes: [UInt8]) throws -> Void) throws
}

extension VectorIndex: IndexContent {
  public var hasOuterIDs: Bool { ids != nil }
  public func listSizes() -> [Int] { spans.map(\.count) }

  public func forEachList(_ body: (_ codes: [UInt8], _ labels: [Int64]) throws -> Void) throws {
    for (list, span) in spans.enumerated() {
      let places = span.start..<span.start + span.count
      try body(codes(ofList: list, 0..<span.count), labels(ofList: list) ?? places.map(Int64.init))
    }
  }

  public func forEachChunk(_ body: (_ codes: [UInt8]) throws -> Void) throws {
    for start in stride(from: 0, to: count, by: 65_536) {
      try body(codes(ofList: 0, start..<min(count, start + 65_536)))
    }
  }

  public func forEachIDs(_ body: (_ ids: [Int64]) throws -> Void) throws { try body(ids ?? []) }

  public func forEachRefinement(_ body: (_ bytes: [UInt8]) throws -> Void) throws {
    for start in stride(from: 0, to: refinement.count, by: 1 << 22) {
      try body(refinement.bytes(in: start..<min(refinement.count, start + 1 << 22)))
    }
  }
}
