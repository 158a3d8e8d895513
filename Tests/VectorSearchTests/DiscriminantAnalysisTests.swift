import Tensors
import TestSupport
import Testing
import VectorSearch

@Suite struct DiscriminantAnalysisTests {
  /// Classes that differ in the first two values, by much less than everything spreads in the third.
  private static func labelled(_ classes: Int, each: Int, seed: UInt64) -> (vectors: Matrix, labels: [Int]) {
    var random = SeededRandom(seed: seed)
    func normal() -> Double { (0..<12).reduce(-6) { sum, _ in sum + random.unit() } }
    let centres = (0..<classes).map { _ in [normal(), normal()] }
    var values: [Float] = []
    for row in 0..<classes * each {
      let centre = centres[row % classes]
      let spread = [0.3, 0.2, 9, 0.1].map { $0 * normal() }
      values += [centre[0] + spread[0] + 3, centre[1] + spread[1], spread[2] + spread[0], spread[3] - 7].map { Float($0) }
    }
    return (Matrix(rows: classes * each, columns: 4, values: values), (0..<classes * each).map { $0 % classes })
  }

  private static func isNearestOfItsClass(_ vectors: Matrix, _ labels: [Int]) -> Double {
    let right = (0..<vectors.rows).count { row in
      let nearest = (0..<vectors.rows).filter { $0 != row }.min { distance(vectors, row, $0) < distance(vectors, row, $1) }!
      return labels[nearest] == labels[row]
    }
    return Double(right) / Double(vectors.rows)
  }

  private static func distance(_ vectors: Matrix, _ a: Int, _ b: Int) -> Float {
    (0..<vectors.columns).reduce(0) { $0 + (vectors[a, $1] - vectors[b, $1]) * (vectors[a, $1] - vectors[b, $1]) }
  }

  @Test func classesNeverShownAreToldApartBetter() throws {
    let seed = runSeed("discriminant")
    let (shown, labels) = Self.labelled(30, each: 10, seed: seed)
    let (unseen, truth) = Self.labelled(12, each: 12, seed: seed + 1)
    let analysis = try DiscriminantAnalysis(of: shown, labels: labels, shrinkage: 0.001, threads: 2)
    let map = try LinearTransform(analysis, dimensions: 2)
    let (before, after) = (
      Self.isNearestOfItsClass(unseen, truth), Self.isNearestOfItsClass(map.applied(to: unseen, threads: 1), truth)
    )
    #expect(after > before + 0.15, "\(before) → \(after), seed \(seed)")
  }

  /// Spread within the classes becomes the square of the weight; the classes' means are uncorrelated.
  @Test func spreadWithinClassesIsMadeEqual() throws {
    let (vectors, labels) = Self.labelled(20, each: 40, seed: 7)
    let analysis = try DiscriminantAnalysis(of: vectors, labels: labels, shrinkage: 0, threads: 1)
    #expect(analysis.classes == 20 && analysis.ratios == analysis.ratios.sorted(by: >))
    #expect(analysis.ratios[0] > 5 && analysis.ratios[1] > 5 && analysis.ratios[2] < 0.5)
    let mapped = try LinearTransform(analysis, dimensions: 4).applied(to: vectors, threads: 1)
    #expect(mapped.columnMeans.allSatisfy { abs($0) < 1e-3 })
    for axis in 0..<4 {
      var sum = 0.0
      for kind in 0..<20 {
        let own = (0..<vectors.rows).filter { labels[$0] == kind }.map { Double(mapped[$0, axis]) }
        let mean = own.reduce(0, +) / Double(own.count)
        sum += own.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
      }
      let wanted = (analysis.ratios[axis] + 0.2) / (analysis.ratios[axis] + 1.2)
      #expect(abs(sum / Double(vectors.rows - 20) - wanted) < 1e-3, "axis \(axis)")
    }
  }

  @Test func theSameBitsAtAnyNumberOfThreads() throws {
    let (vectors, labels) = Self.labelled(9, each: 9, seed: 8)
    let one = try LinearTransform(DiscriminantAnalysis(of: vectors, labels: labels, shrinkage: 0.3, threads: 1), dimensions: 4)
    for threads in [2, 3, 16] {
      let other = try DiscriminantAnalysis(of: vectors, labels: labels, shrinkage: 0.3, threads: threads)
      #expect(try LinearTransform(other, dimensions: 4) == one)
    }
  }

  @Test func whatCannotBeLearnedFromIsRefused() throws {
    let vectors = Matrix(rows: 3, columns: 2, values: [1, 2, 3, 4, 5, 6])
    let alike = Matrix(rows: 4, columns: 1, values: [1, 1, 2, 2])
    #expect(throws: SearchError.self) { try DiscriminantAnalysis(of: vectors, labels: [0, 0, 0], shrinkage: 1, threads: 1) }
    #expect(throws: SearchError.self) { try DiscriminantAnalysis(of: vectors, labels: [0, 1, 2], shrinkage: 1, threads: 1) }
    #expect(throws: SearchError.self) { try DiscriminantAnalysis(of: alike, labels: [0, 0, 1, 1], shrinkage: 1, threads: 1) }
    let analysis = try DiscriminantAnalysis(of: vectors, labels: [0, 0, 1], shrinkage: 1, threads: 1)
    #expect(throws: SearchError.self) { try LinearTransform(analysis, dimensions: 3) }
  }
}
