import Artifacts
public import Tensors
import VectorSearch

/// What a set of embeddings is like, small enough to travel in a bundle: the next one is held against it without its data.
public struct DataStatistics: Sendable, Equatable, Codable {
  /// Its file in a bundle.
  public static let fileName = "statistics.json"
  /// Principal axes that are kept, at most.
  public static let mostAxes = 16
  /// Embeddings that are looked at, at most.
  public static let sampleSize = 4096

  public var format = 1
  /// Embeddings there are, and how many of them were looked at.
  public var count: Int
  public var sample: Int
  /// What made the embeddings, as far as it is known: others cannot be compared.
  public var embedder: String
  public var mean: [Float]
  /// The sum of the variances of all values.
  public var variance: Double
  /// Unit axes of largest variance, and the variances along them.
  public var axes: [[Float]]
  public var spread: [Float]

  /// - Parameter sample: embeddings as the embedder made them, a row each.
  /// - Throws: `SearchError` if the sample is empty or holds values that are no finite numbers.
  public init(of sample: Matrix, count: Int, embedder: String, threads: Int) throws {
    let components = try PrincipalComponents(of: sample, threads: threads)
    self.count = count
    self.sample = sample.rows
    self.embedder = embedder
    mean = components.mean
    variance = components.eigenvalues.reduce(0) { $0 + Double($1) }
    let kept = components.eigenvalues.prefix(Self.mostAxes).count { $0 > 0 }
    axes = (0..<kept).map { Array(components.axes[row: $0]) }
    spread = Array(components.eigenvalues.prefix(kept))
  }

  public var bytes: [UInt8] { get throws { try SealedJSON.bytes(of: self) } }
}

/// How far a set of embeddings has moved from another.
public struct Drift: Sendable, Equatable {
  /// Distance of the means, in roots of the earlier set's total variance.
  public var meanShift: Double
  /// Degrees between the subspaces of the leading axes: the angle whose squared cosine is the mean of those of the new axes with the
  /// earlier subspace, each weighted by its variance (after W. Krzanowski, "Between-Groups Comparison of Principal Components", 1979).
  public var subspaceAngle: Double

  /// Nil if the embeddings are of different embedders or lengths.
  public init?(of new: DataStatistics, against old: DataStatistics) {
    guard new.embedder == old.embedder, new.mean.count == old.mean.count, !new.mean.isEmpty else { return nil }
    let squared = zip(new.mean, old.mean).reduce(0.0) { $0 + (Double($1.0) - Double($1.1)) * (Double($1.0) - Double($1.1)) }
    guard old.variance > 0 else { return nil }
    meanShift = (squared / old.variance).squareRoot()
    // As many axes of each as both have.
    let kept = min(new.axes.count, old.axes.count)
    var (cosines, weights) = (0.0, 0.0)
    for (axis, weight) in zip(new.axes, new.spread).prefix(kept) {
      let inside = old.axes.prefix(kept).reduce(0.0) { $0 + Self.dot(axis, $1) * Self.dot(axis, $1) }
      cosines += Double(weight) * min(1, inside)
      weights += Double(weight)
    }
    subspaceAngle = weights > 0 ? Angle.degrees(cosine: (cosines / weights).squareRoot()) : 0
  }

  private static func dot(_ one: [Float], _ other: [Float]) -> Double {
    zip(one, other).reduce(0) { $0 + Double($1.0) * Double($1.1) }
  }
}
