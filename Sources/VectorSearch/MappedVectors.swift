/// Bytes that stay where they are, in a mapped file, until they are looked at.
package protocol MappedBytes: Sendable {
  /// A copy of some of the bytes; the range must lie within the file.
  func bytes(in range: Range<Int>) -> [UInt8]
}

/// The stored vectors of an index that are left in its file: nothing is read before a search needs it.
package struct MappedVectors: Sendable {
  let source: any MappedBytes
  /// Where each list's codes begin in the file; one place without lists.
  let starts: [Int]

  package init(_ source: any MappedBytes, starts: [Int]) {
    self.source = source
    self.starts = starts
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
  /// An index whose vectors stay in a file; labels and ids are in memory.
  package init(
    _ trained: TrainedQuantizer, sizes: [Int], mapped: MappedVectors, labels: [[Int64]]?, ids: [Int64]?,
    refinement: RefinementBytes
  ) {
    var start = 0
    let spans = sizes.map { size in
      defer { start += (size + 63) / 64 * 64 }
      return Span(start: start, count: size)
    }
    var placed = labels.map { _ in [Int64](repeating: -1, count: start) }
    for (list, own) in (labels ?? []).enumerated() {
      for (i, label) in own.enumerated() { placed![spans[list].start + i] = label }
    }
    self.init(
      trained: trained, count: sizes.reduce(0, +), store: .mapped(mapped), grouped: nil, spans: spans,
      labels: placed, ids: ids, refinement: refinement)
  }

  /// Some vectors of a list as a store of their own, which begins with the first of them.
  func packed(list: Int, _ range: Range<Int>) -> Store {
    let codes = codes(ofList: list, range)
    switch trained.code {
    case .flat:
      let columns = trained.codedDimension
      var panels = [Float](repeating: 0, count: (range.count + 63) / 64 * 64 * columns)
      IndexPacking.pack(rows: codes, from: 0, count: range.count, columns: columns, at: 0, into: &panels)
      return .rows(panels)
    case .product:
      let size = trained.codeSize
      var blocks = [UInt8](repeating: 0, count: (range.count + 63) / 64 * 64 * size)
      IndexPacking.pack(codes: codes, from: 0, count: range.count, size: size, at: 0, into: &blocks)
      return .codes(blocks)
    }
  }
}
