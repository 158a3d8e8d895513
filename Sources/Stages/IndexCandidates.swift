import VectorSearch

/// The types that `type: auto` tries, the smallest index first.
enum IndexCandidates {
  /// Types that suit vectors of a dimension; `trained` of `count` vectors are there to train on.
  static func types(dimension: Int, count: Int, trained: Int) -> [FactoryType] {
    let codes = self.codes(dimension: dimension)
    var types: [FactoryType] = []
    for lists in [nil, lists(count: count, trained: trained)] where lists != nil || types.isEmpty {
      types += codes.map { code in
        var type = code
        type.lists = lists
        return type
      }
    }
    return types.sorted { $0.fileBytes(dimension: dimension, count: count) < $1.fileBytes(dimension: dimension, count: count) }
  }

  /// Plain and rotated codes of 8 to 64 bytes, the same sizes in 4-bit codes, small codes refined, and no code at all.
  private static func codes(dimension: Int) -> [FactoryType] {
    var types = [FactoryType(code: .flat)]
    var sizes: [Int] = []
    for size in [8, 16, 32, 64] {
      guard let parts = (1...min(size, dimension)).last(where: { dimension % $0 == 0 }), !sizes.contains(parts) else { continue }
      sizes.append(parts)
      let code = FactoryType.Code.pq(parts: parts, bits: 8, fastScan: false)
      types.append(FactoryType(code: code))
      if parts < dimension { types.append(FactoryType(rotation: .init(parts: parts), code: code)) }
      if dimension % (2 * parts) == 0 { types.append(FactoryType(code: .pq(parts: 2 * parts, bits: 4, fastScan: true))) }
    }
    for parts in sizes.prefix(2) where parts < dimension {
      let code = FactoryType.Code.pq(parts: parts, bits: 8, fastScan: false)
      types += [FactoryType(code: code, refinement: .sq8), FactoryType(code: code, refinement: .flat)]
    }
    return types
  }

  /// About four times the square root of the vectors, a power of two that leaves 32 vectors a list to train on; nil for few vectors.
  private static func lists(count: Int, trained: Int) -> Int? {
    let most = min(4 * Int(Double(count).squareRoot()), trained / 32)
    guard most >= 8 else { return nil }
    return 1 << (Int.bitWidth - 1 - most.leadingZeroBitCount)
  }
}

extension FactoryType {
  /// Bytes of the index's file, rather too many than too few: codes, ids, centroids, rotation and what describes them.
  func fileBytes(dimension: Int, count: Int) -> Int {
    var bytes = count * (bytesPerVector(dimension: dimension) + 8) + 2048
    let coded = rotation?.dimensions ?? dimension
    if rotation != nil { bytes += 4 * dimension * coded }
    if let lists { bytes += lists * (4 * coded + 64) }
    if case .pq(let parts, let bits, let fastScan) = code {
      bytes += 4 * coded << bits
      // Fast scan fills up the last block of every list.
      if fastScan { bytes += (lists ?? 1) * 31 * (parts + 1) / 2 }
    }
    if refinement == .sq8 { bytes += 8 * dimension }
    return bytes
  }
}
