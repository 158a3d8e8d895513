import Synchronization
import Tensors
import Testing
import VectorSearch

@Suite struct KMeansTests {
  @Test func findsSeparateClusters() throws {
    var values: [Float] = []
    for i in 0..<90 { values += [Float(i % 3) * 100 + Float(i % 7) * 0.1, 0] }
    let points = Matrix(rows: 90, columns: 2, values: values)
    let kmeans = try KMeans(points, clusters: 9, options: TrainingOptions(seed: 4))
    for place in [0, 100, 200] as [Float] {
      let nearest = (0..<9).map { abs(kmeans.centroids[$0, 0] - place) }.min()!
      #expect(nearest < 1)
    }
  }

  @Test func theSameAtAnyWidth() throws {
    let points = clusteredVectors(3000, 12, seed: 1)
    let one = try KMeans(points, clusters: 40, options: TrainingOptions(seed: 9, threads: 1))
    for threads in [2, 3, 4] {
      let many = try KMeans(points, clusters: 40, options: TrainingOptions(seed: 9, threads: threads))
      #expect(many.centroids == one.centroids)
    }
  }

  @Test func repairsEmptyClusters() throws {
    // Two different points, many copies: most of the drawn centroids are the same and lose every tie.
    let points = Matrix(rows: 200, columns: 2, values: (0..<200).flatMap { [Float($0 % 2), 1] })
    let kmeans = try KMeans(points, clusters: 8, options: TrainingOptions(seed: 2))
    #expect(kmeans.centroids.firstRowNotFinite == nil)
    #expect(Set((0..<8).map { Array(kmeans.centroids[row: $0]) }).count > 2)
  }

  @Test func refusesTooFewPoints() {
    #expect(throws: SearchError.self) {
      try KMeans(Matrix(rows: 3, columns: 2), clusters: 4, options: TrainingOptions())
    }
  }

  @Test func canBeCancelled() {
    var options = TrainingOptions()
    options.isCancelled = { true }
    #expect(throws: CancellationError.self) {
      try KMeans(clusteredVectors(100, 4, seed: 1), clusters: 4, options: options)
    }
  }

  /// In the middle of one part's training, not only between parts.
  @Test func aPartCanBeCancelled() throws {
    let points = clusteredVectors(40_000, 4, seed: 3)
    let asked = Mutex(0)
    var options = TrainingOptions()
    options.isCancelled = {
      asked.withLock {
        $0 += 1; return $0 > 4
      }
    }
    #expect(throws: CancellationError.self) { try ProductQuantizer(training: points, parts: 1, bits: 8, options: options) }
    // Three questions an iteration: it ended in the second.
    #expect(asked.withLock { $0 } == 5)
  }

  @Test func progressGrowsToTheWhole() throws {
    let told = Mutex<[Double]>([])
    var options = TrainingOptions(threads: 3)
    options.progress = { share in told.withLock { $0.append(share) } }
    for type in ["PQ4", "IVF8,PQ4", "OPQ4,IVF8,PQ4"] {
      told.withLock { $0 = [] }
      _ = try TrainedQuantizer(
        training: clusteredVectors(600, 8, seed: 3), type: FactoryType(type), metric: .l2, options: options)
      let shares = told.withLock { $0 }
      #expect(shares.last == 1 && shares.count > 3 && shares.allSatisfy { $0 > 0 && $0 <= 1 }, "\(type): \(shares)")
    }
  }
}
