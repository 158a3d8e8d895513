import Artifacts
import Bundles
import Foundation
import IndexFormats
import Media
import Pipelines
import Stages
import SystemPackage
import Tensors
import TestSupport
import Testing
import VectorSearch

@Suite struct NormalizeTests {
  private static func text(_ steps: String) -> String {
    """
    pipeline: p
    stages:
      v: {kind: ingest, media: vectors, from: ["{data}/v.npy"], shard_size: 300}
      n: {kind: normalize, input: v, steps: \(steps)}
      index: {kind: index, input: n, type: Flat, metric: l2}
      files: {kind: export, input: index, to: "{out}"}
    """
  }

  private static let corpus: Matrix = {
    // Columns of known, falling spread around other centres than zero.
    var random = SeededRandom(seed: 3)
    var matrix = Matrix(rows: 1000, columns: 8)
    for row in 0..<1000 {
      for column in 0..<8 { matrix[row, column] = Float((random.unit() - 0.5) * pow(0.6, Double(column)) + Double(column)) }
    }
    return matrix
  }()

  private func normalized(_ steps: String) async throws -> (site: Site, matrix: Matrix) {
    let folder = try TemporaryFolder()
    try folder.write("v.npy", Self.corpus.numpyBytes)
    let site = Site(folder, Self.text(steps))
    try await site.run()
    return (site, try site.vectors("n"))
  }

  private func statistics(_ matrix: Matrix) -> (means: [Double], variances: [Double], products: [[Double]]) {
    let means = (0..<matrix.columns).map { c in (0..<matrix.rows).reduce(0) { $0 + Double(matrix[$1, c]) } / Double(matrix.rows) }
    let products = (0..<matrix.columns).map { a in
      (0..<matrix.columns).map { b in
        (0..<matrix.rows).reduce(0) { $0 + (Double(matrix[$1, a]) - means[a]) * (Double(matrix[$1, b]) - means[b]) }
          / Double(matrix.rows)
      }
    }
    return (means, means.indices.map { products[$0][$0] }, products)
  }

  @Test func centeringLeavesMeansOfZero() async throws {
    let (_, matrix) = try await normalized("[center]")
    let (old, new) = (statistics(Self.corpus), statistics(matrix))
    #expect(new.means.allSatisfy { abs($0) < 1e-5 })
    for (one, other) in zip(old.variances, new.variances) { #expect(abs(one - other) < 1e-4 * one) }
  }

  @Test func unitLength() async throws {
    let (_, matrix) = try await normalized("l2")
    for row in 0..<matrix.rows {
      let length = matrix[row: row].reduce(0) { $0 + Double($1) * Double($1) }.squareRoot()
      #expect(abs(length - 1) < 1e-6)
      #expect(matrix[row, 3] / matrix[row, 7] - Self.corpus[row, 3] / Self.corpus[row, 7] < 1e-5)
    }
  }

  @Test func componentsFallInVarianceAndAreUncorrelated() async throws {
    let (_, matrix) = try await normalized("[{pca: 5}]")
    let new = statistics(matrix), old = statistics(Self.corpus)
    #expect(matrix.columns == 5 && new.means.allSatisfy { abs($0) < 1e-4 })
    #expect(zip(new.variances, new.variances.dropFirst()).allSatisfy { $0 > $1 })
    for a in 0..<5 { for b in 0..<a { #expect(abs(new.products[a][b]) < 1e-4 * new.variances[0]) } }
    // No five directions hold more than the leading components, which are at least the five widest columns.
    #expect(new.variances.reduce(0, +) >= old.variances.sorted().suffix(5).reduce(0, +) * 0.9999)
    #expect(new.variances.reduce(0, +) <= old.variances.reduce(0, +) * 1.0001)
  }

  @Test func whiteningMakesVariancesEqual() async throws {
    let (_, matrix) = try await normalized("[{pca: 4, whiten: true, epsilon: 0}]")
    for variance in statistics(matrix).variances { #expect(abs(variance - 1) < 0.01, "\(variance)") }
  }

  /// What is exported applies the same chain to queries: an item asked for by its raw vector is at distance 0 to itself.
  @Test(arguments: ["[center, l2]", "[center, {pca: 6}, l2]", "[{pca: 6, whiten: true}]", "l2"])
  func queriesGoTheSameWay(_ steps: String) async throws {
    let (site, matrix) = try await normalized(steps)
    let searcher = try BundleSearcher(Bundle.open(site.out))
    for row in [0, 299, 300, 999] {
      let answer = try await searcher.search(.vectors(Self.corpus[rows: row..<row + 1], madeBy: nil), options: .init(k: 5))
      let wanted = matrix.nearest(to: matrix[row: row], k: 5, metric: "l2")
      #expect(answer.hits.map(\.item.id) == wanted.map(Int64.init))
      #expect(abs(answer.hits[0].score) < 1e-5)
    }
  }
}
