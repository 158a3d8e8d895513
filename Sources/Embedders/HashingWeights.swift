/// Takes term counts to weights: 1 + ln of the count, times inverse document frequency, over the row's norm.
struct HashingWeights: Sendable {
  let options: HashingOptions
  private let idf: InverseDocumentFrequency?
  /// 1 + ln c of small counts, which nearly all are.
  private let sublinear: [Double] = [0] + (1..<256).map { 1 + FixedLogarithm.natural(Double($0)) }

  /// - Throws: `HashingError.frequencies` when `options.idf` asks for frequencies that are missing or of other options.
  init(_ options: HashingOptions, _ frequencies: DocumentFrequencies?) throws {
    self.options = options
    guard options.idf else {
      idf = nil
      return
    }
    guard let frequencies, frequencies.counts.count == options.features else {
      throw HashingError.frequencies(
        "\(frequencies?.counts.count ?? 0) features where the options have \(options.features)")
    }
    idf = InverseDocumentFrequency(frequencies)
  }

  /// Weights every row of a matrix of counts.
  func apply(to matrix: inout SparseMatrix) {
    for entry in matrix.values.indices {
      if options.sublinear { matrix.values[entry] = sublinear(matrix.values[entry]) }
      if let idf { matrix.values[entry] *= idf[matrix.columnIndices[entry]] }
    }
    matrix.normalize(options.norm)
  }

  private func sublinear(_ count: Double) -> Double {
    let magnitude = count.magnitude
    let damped =
      magnitude < 256 ? sublinear[Int(magnitude)] : 1 + FixedLogarithm.natural(magnitude)
    return count < 0 ? -damped : damped
  }
}
