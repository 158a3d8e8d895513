/// Which vectors of one index may be answers: made by `VectorIndex.allowing`, used by any number of searches.
public struct IDFilter: Sendable {
  /// A bit for every place of the index's store, 64 places a word.
  let words: [UInt64]
  /// How many vectors are allowed.
  public let count: Int
}

extension VectorIndex {
  /// A filter that lets through the ids of which `isAllowed` is true.
  ///
  /// - Complexity: one call a vector.
  public func allowing(where isAllowed: (Int64) -> Bool) -> IDFilter {
    var words = [UInt64](repeating: 0, count: (places + 63) / 64)
    var count = 0
    for (list, span) in spans.enumerated() {
      for (row, id) in ids(ofList: list).enumerated() where isAllowed(id) {
        let place = span.start + row
        words[place / 64] |= 1 << UInt64(place % 64)
        count += 1
      }
    }
    return IDFilter(words: words, count: count)
  }

  /// A filter that lets through the ids given.
  public func allowing(_ ids: some Sequence<Int64>) -> IDFilter {
    let allowed = Set(ids)
    return allowing { allowed.contains($0) }
  }
}
