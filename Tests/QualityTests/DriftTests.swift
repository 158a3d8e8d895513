import Foundation
import Quality
import Tensors
import Testing

/// Drift between two sets of embeddings against values computed by numpy: eigh of the covariance, principal angles.
@Suite struct DriftTests {
  /// 50 points of 4 values: sin(1 + 0.37 i (j + 1)) · (4 - j).
  static let first = Matrix(
    rows: 50, columns: 4,
    values: (0..<200).map { place -> Float in
      let (row, column) = (Double(place / 4), Double(place % 4))
      return Float(sin(1.0 + row * 0.37 * (column + 1)) * (4.0 - column))
    })

  /// The first turned by 0.3 in the plane of the first and last value, and moved by (1, 0, 0, 2).
  static let second: Matrix = {
    var turned = first
    for row in 0..<50 {
      let (x, y) = (Double(first[row, 0]), Double(first[row, 3]))
      turned[row, 0] = Float(x * cos(0.3) - y * sin(0.3) + 1)
      turned[row, 3] = Float(x * sin(0.3) + y * cos(0.3) + 2)
    }
    return turned
  }()

  private func statistics(_ matrix: Matrix, axes: Int = 16, embedder: String = "e") throws -> DataStatistics {
    var found = try DataStatistics(of: matrix, count: 50, embedder: embedder, threads: 2)
    found.axes = Array(found.axes.prefix(axes))
    found.spread = Array(found.spread.prefix(axes))
    return found
  }

  @Test func figuresAreThoseOfNumpy() throws {
    for (axes, angle) in [(1, 17.187688822858796), (2, 13.647877483249903), (4, 0)] {
      let (new, old) = (try statistics(Self.second, axes: axes), try statistics(Self.first, axes: axes))
      let drift = try #require(Drift(of: new, against: old))
      #expect(abs(drift.meanShift - 0.5711357379803954) < 1e-5)
      #expect(abs(drift.subspaceAngle - angle) < 0.03, "\(axes): \(drift.subspaceAngle)")
    }
  }

  @Test func theSameDataHasNotMoved() throws {
    let statistics = try statistics(Self.first)
    let drift = try #require(Drift(of: statistics, against: statistics))
    #expect(drift.meanShift == 0 && drift.subspaceAngle < 0.03)
  }

  @Test func othersEmbeddingsAreNotCompared() throws {
    #expect(try Drift(of: statistics(Self.first), against: statistics(Self.first, embedder: "f")) == nil)
    let narrow = try DataStatistics(
      of: Matrix(rows: 3, columns: 2, values: [1, 2, 3, 4, 5, 7]), count: 3, embedder: "e", threads: 1)
    #expect(try Drift(of: narrow, against: statistics(Self.first)) == nil)
  }
}
