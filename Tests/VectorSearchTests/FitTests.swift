import Tensors
import Testing
import VectorSearch

/// How drift is measured: against figures computed by hand, and on vectors that drifted or did not.
@Suite struct FitTests {
  private func quantizer(_ type: String, _ sample: Matrix) throws -> TrainedQuantizer {
    try TrainedQuantizer(training: sample, type: FactoryType(type), metric: .l2, options: TrainingOptions(seed: 3, threads: 2))
  }

  @Test(arguments: ["PQ4x4", "IVF8,Flat", "IVF8,PQ4x4", "OPQ4_8,PQ4x4"]) func othersOfTheSameKindDoNotDrift(_ type: String) throws
  {
    let all = clusteredVectors(6000, 16, seed: 5)
    let trained = try quantizer(type, all[rows: 0..<4000])
    let then = try trained.fit(to: all[rows: 0..<4000], threads: 2)
    let now = try trained.fit(to: all[rows: 4000..<6000], threads: 2)
    #expect(then.error > 0 && now.drift(from: then) < 0.1 && then.drift(from: then) == 0)
    let other = clusteredVectors(2000, 16, seed: 77)
    #expect(try trained.fit(to: other, threads: 2).drift(from: then) > 0.2)
  }

  /// Two lists, three vectors in one and one in the other: pairs 3·2 of 4·3, times two.
  @Test func imbalanceIsWithoutTheBiasOfASmallSample() throws {
    let centroids = Matrix(rows: 2, columns: 1, values: [0, 10])
    let trained = try TrainedQuantizer(
      dimension: 1, metric: .l2, coarse: CoarseQuantizer(centroids: centroids, byResidual: false), code: .flat)
    let fit = try trained.fit(to: Matrix(rows: 4, columns: 1, values: [0, 1, -1, 12]), threads: 1)
    #expect(fit.imbalance == 1 && fit.error == (0 + 1 + 1 + 4) / 4.0)
  }

  @Test func growthIsTheLargerOfBoth() {
    let then = QuantizationFit(error: 2, imbalance: 1)
    #expect(QuantizationFit(error: 3, imbalance: 1).drift(from: then) == 0.5)
    #expect(QuantizationFit(error: 1, imbalance: 1.25).drift(from: then) == 0.25)
    #expect(QuantizationFit(error: 0, imbalance: 0.5).drift(from: then) == 0)
    #expect(QuantizationFit(error: 1).drift(from: QuantizationFit(error: 0)) == .infinity)
  }

  @Test func transformsDriftWithMeanAndSpread() throws {
    let sample = clusteredVectors(3000, 8, seed: 2)
    let chain: [VectorTransform] = [.linear(try .centering(of: sample)), .l2]
    let then = TransformFit(of: chain, on: sample, threads: 1)
    #expect(then.offsets.count == 1 && then.offsets[0] < 1e-6)
    #expect(TransformFit(of: chain, on: clusteredVectors(3000, 8, seed: 2), threads: 1).drift(from: then) == 0)
    let moved = Matrix(rows: 3000, columns: 8, values: sample.values.map { $0 + 30 })
    #expect(TransformFit(of: chain, on: moved, threads: 1).drift(from: then) > 0.5)
    #expect(TransformFit(of: [.l2], on: sample, threads: 1).drift(from: then) == .infinity)
  }
}
