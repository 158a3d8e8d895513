extension FactoryType {
  /// Says whether the type suits vectors of a dimension.
  ///
  /// - Throws: `SearchError` of code `.type` with the nearest types that do.
  public func check(dimension: Int) throws {
    guard dimension > 0 else {
      throw SearchError(.dimension, "\(self) cannot index vectors of \(dimension) values")
    }
    var coded = dimension
    if let rotation {
      coded = rotation.dimensions ?? dimension
      guard coded <= dimension else {
        throw SearchError(
          .type, "OPQ\(rotation.parts)_\(coded) cannot leave more values than the dimension \(dimension)")
      }
      try Self.check("OPQ", parts: rotation.parts, dimension: coded)
    }
    if case .pq(let parts, let bits, let fastScan) = code {
      try Self.check("PQ", parts: parts, dimension: coded, suffix: bits == 4 ? fastScan ? "x4fs" : "x4" : "")
    }
  }

  private static func check(_ word: String, parts: Int, dimension: Int, suffix: String = "") throws {
    guard dimension % parts != 0 else { return }
    let divisors = (1...dimension).filter { dimension % $0 == 0 }
    let near = [divisors.first { $0 > parts }, divisors.last { $0 < parts }].compactMap { $0 }
    let advice = near.map { "\(word)\($0)\(suffix)" }.joined(separator: " or ")
    throw SearchError(
      .type,
      "\(word)\(parts)\(suffix) needs a dimension divisible by \(parts), not \(dimension): use \(advice)")
  }
}
