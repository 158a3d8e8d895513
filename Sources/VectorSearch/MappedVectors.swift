/// The stored vectors of an index that are left in its file: nothing is read before a search needs it.
package struct MappedVectors: Sendable {
  let source: any MappedBytes
  /// Where each list's codes begin in the file; one place without lists.
  let starts: [Int]
  /// Where each list's labels begin; nil without lists.
  let labelStarts: [Int]?
  /// Bytes of a code in the layout of Faiss' fast scan; nil if codes lie one after the other.
  let packedPairs: Int?

  package init(_ source: any MappedBytes, starts: [Int], labelStarts: [Int]? = nil, packedPairs: Int? = nil) {
    self.source = source
    self.starts = starts
    self.labelStarts = labelStarts
    self.packedPairs = packedPairs
  }
}

/// A refinement's bytes, in memory or in a mapped file.
package enum RefinementBytes: Sendable {
  case memory([UInt8])
  case mapped(any MappedBytes, Range<Int>)

  static let none = RefinementBytes.memory([])

  /// Some of the bytes, counted from the refinement's first.
  func bytes(in range: Range<Int>) -> [UInt8] {
    switch self {
    case .memory(let bytes): Array(bytes[range])
    case .mapped(let source, let all):
      source.bytes(in: all.lowerBound + range.lowerBound..<all.lowerBound + range.upperBound)
    }
  }

  var inMemory: Bool { if case .memory = self { true } else { false } }

  var count: Int {
    switch self {
    case .memory(let bytes): bytes.count
    case .mapped(_, let range): range.count
    }
  }
}

extension VectorIndex {
  /// An index whose vectors stay in a file; ids of positions, if there are any, are in memory.
  package init(
    _ trained: TrainedQuantizer, sizes: [Int], mapped: MappedVectors, ids: [Int64]?, refinement: RefinementBytes
  ) {
    var start = 0
    let spans = sizes.map { size in
      defer { start += (size + 63) / 64 * 64 }
      return Span(start: start, count: size)
    }
    self.init(
      trained: trained, count: sizes.reduce(0, +), store: .mapped(mapped), grouped: nil, spans: spans,
      labels: nil, ids: ids, refinement: refinement)
  }

  /// The labels of a list's vectors, in memory or read from the file; nil if labels are places.
  func labels(ofList list: Int) -> [Int64]? { labels(ofList: list, 0..<spans[list].count) }

  private func labels(ofList list: Int, _ range: Range<Int>) -> [Int64]? {
    if case .mapped(let mapped) = store { return mapped.labels(ofList: list, range) }
    let start = spans[list].start
    return labels.map { Array($0[start + range.lowerBound..<start + range.upperBound]) }
  }

  /// The ids of a list's vectors, in the order of their places.
  func ids(ofList list: Int) -> [Int64] { ids(ofList: list, 0..<spans[list].count) }

  /// Goes through the ids of a list, some at a time: without lists there is one that has all.
  func forEachID(ofList list: Int, _ body: (_ place: Int, _ id: Int64) -> Void) {
    for start in stride(from: 0, to: spans[list].count, by: 65_536) {
      let some = start..<min(spans[list].count, start + 65_536)
      for (place, id) in zip(some, ids(ofList: list, some)) { body(place, id) }
    }
  }

  private func ids(ofList list: Int, _ range: Range<Int>) -> [Int64] {
    let start = spans[list].start
    let labels = labels(ofList: list, range) ?? range.map { Int64(start + $0) }
    return ids.map { ids in labels.map { ids[Int($0)] } } ?? labels
  }
}
