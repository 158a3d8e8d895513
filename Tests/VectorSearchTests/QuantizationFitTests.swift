import Tensors
import Testing
import VectorSearch

/// The measure of a quantizer beside what it is by definition, on samples of more than one block.
@Suite struct QuantizationFitTests {
  private func sample(_ rows: Int) -> Matrix {
    var random = SeededRandom(seed: 5)
    return Matrix(rows: rows, columns: 8, values: (0..<rows * 8).map { _ in Float(random.unit() * 2 - 1) })
  }

  private func trained(_ type: String, _ sample: Matrix) throws -> TrainedQuantizer {
    try TrainedQuantizer(training: sample, type: FactoryType(type), metric: .l2, options: TrainingOptions())
  }

  @Test func theErrorOfCodesIsThatOfTheirQuantizer() throws {
    let sample = sample(40_000)
    let quantizer = try trained("PQ4", sample)
    guard case .product(let codes, _) = quantizer.code else { throw SearchError(.mismatch, "no codes") }
    let expected = codes.error(on: sample, threads: 1)
    let fit = try quantizer.fit(to: sample, threads: 2)
    #expect(abs(fit.error - expected) < 1e-6 * expected)
    #expect(fit.imbalance == nil)
    #expect(try quantizer.fit(to: sample, threads: 1) == fit)
  }

  @Test func listsAreCountedOverAllBlocks() throws {
    let sample = sample(40_000)
    let quantizer = try trained("IVF8,Flat", sample)
    let centroids = try #require(quantizer.coarse?.centroids)
    var (counts, error) = ([Int](repeating: 0, count: 8), 0.0)
    for row in 0..<sample.rows {
      let distances = (0..<8).map { list in
        zip(sample[row: row], centroids[row: list]).reduce(0.0) { $0 + Double(($1.0 - $1.1) * ($1.0 - $1.1)) }
      }
      let least = distances.indices.min { distances[$0] < distances[$1] }!
      counts[least] += 1
      error += distances[least]
    }
    let fit = try quantizer.fit(to: sample, threads: 2)
    let pairs = counts.reduce(0.0) { $0 + Double($1) * Double($1 - 1) }
    #expect(abs(fit.error - error / 40_000) < 1e-4 * fit.error)
    #expect(abs(fit.imbalance! - 8 * pairs / (40_000 * 39_999)) < 1e-3)
  }
}
