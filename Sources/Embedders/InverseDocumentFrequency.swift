/// The weight of each column, after scikit-learn's TfidfTransformer: ln((1 + texts) / (1 + texts with it)) + 1.
package struct InverseDocumentFrequency: Sendable {
  private let weights: [Double]

  package init(_ frequencies: DocumentFrequencies) {
    let texts = Double(frequencies.documents + 1)
    weights = frequencies.counts.map { FixedLogarithm.natural(texts / Double($0 + 1)) + 1 }
  }

  @inline(__always)
  package subscript(column: Int32) -> Double { weights[Int(column)] }
}

/// A natural logarithm of additions, multiplications and divisions alone.
///
/// The C library's picks code by the processor, and the last bit may differ; the same vectors on every machine need the same
/// logarithm on every machine.
package enum FixedLogarithm {
  /// ln x for a normal x > 0, to about 2 units in the last place.
  package static func natural(_ x: Double) -> Double {
    var exponent = Double(x.exponent)
    var significand = x.significand
    if significand > 1.414_213_562_373_095_1 {
      significand /= 2
      exponent += 1
    }
    // ln s = 2 artanh((s - 1) / (s + 1)), a series in the odd powers of a number of at most 0.172.
    let base = (significand - 1) / (significand + 1)
    let square = base * base
    var sum = 0.0
    for power in stride(from: 23.0, through: 1.0, by: -2.0) { sum = sum * square + 1 / power }
    return exponent * 0.693_147_180_559_945_3 + 2 * base * sum
  }
}
