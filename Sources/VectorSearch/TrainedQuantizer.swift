import Tensors

/// Everything about an index that training decides: an index without vectors.
///
/// Its file is an empty Faiss index. It encodes shards of vectors, and together with them becomes a `VectorIndex`.
public struct TrainedQuantizer: Sendable, Equatable {
  /// How a vector is stored.
  public enum Code: Sendable, Equatable {
    case flat
    /// `fastScan` asks for Faiss' packed layout of 4-bit codes in files; in memory and in results it changes nothing.
    case product(ProductQuantizer, fastScan: Bool)
  }

  /// A second, finer store that reorders the first answers.
  public enum Refinement: Sendable, Equatable {
    case flat
    case scalar(ScalarQuantizer)
  }

  /// The dimension of vectors and queries that go in.
  public let dimension: Int
  public let metric: Metric
  /// Steps before everything else; a refinement's vectors are those after these.
  public let transforms: [VectorTransform]
  /// The rotation before the coarse quantizer and the code.
  public let rotation: LinearTransform?
  public let coarse: CoarseQuantizer?
  public let code: Code
  public let refinement: Refinement?
  /// How many times k answers the codes give to the refinement.
  public var refinementFactor: Float = 4
  /// Lists that a search visits unless told otherwise.
  public var nprobe: Int

  /// - Throws: `SearchError` if the parts' dimensions do not fit together.
  public init(
    dimension: Int, metric: Metric, transforms: [VectorTransform] = [],
    rotation: LinearTransform? = nil, coarse: CoarseQuantizer? = nil, code: Code,
    refinement: Refinement? = nil, nprobe: Int? = nil
  ) throws {
    self.dimension = dimension
    self.metric = metric
    self.transforms = transforms
    self.rotation = rotation
    self.coarse = coarse
    self.code = code
    self.refinement = refinement
    let lists = coarse?.lists ?? 1
    self.nprobe = max(1, min(lists, nprobe ?? Int(Double(lists).squareRoot())))
    let stored = try transforms.outputDimension(for: dimension)
    let coded = try rotation.map { try VectorTransform.linear($0).outputDimension(for: stored) } ?? stored
    if let coarse, coarse.centroids.columns != coded {
      throw SearchError(
        .mismatch, "coarse centroids of \(coarse.centroids.columns) values for vectors of \(coded)")
    }
    if case .product(let quantizer, _) = code, quantizer.dimension != coded {
      throw SearchError(
        .mismatch, "a product quantizer of \(quantizer.dimension) values for vectors of \(coded)")
    }
    if case .scalar(let quantizer) = refinement, quantizer.minima.count != stored {
      throw SearchError(
        .mismatch, "a refinement of \(quantizer.minima.count) values for vectors of \(stored)")
    }
  }

  /// The dimension after the transforms: that of refinement vectors.
  public var storedDimension: Int { (try? transforms.outputDimension(for: dimension)) ?? dimension }
  /// The dimension that the code stores.
  public var codedDimension: Int { rotation?.outputDimension ?? storedDimension }

  /// Bytes of a vector's code.
  public var codeSize: Int {
    switch code {
    case .flat: 4 * codedDimension
    case .product(let quantizer, _): quantizer.codeSize
    }
  }

  /// Bytes of a vector in the refinement; 0 without one.
  public var refinementSize: Int {
    switch refinement {
    case nil: 0
    case .flat: 4 * storedDimension
    case .scalar: storedDimension
    }
  }

  /// The same behind further transforms: an index of normalized vectors becomes one that takes them raw.
  ///
  /// - Throws: `SearchError` if the last of them has another output than this takes.
  public func prepending(_ front: [VectorTransform]) throws -> TrainedQuantizer {
    guard !front.isEmpty else { return self }
    var behind = transforms
    if front.last == .l2, behind.first == .l2 { behind.removeFirst() }
    var input = dimension
    for step in front.reversed() {
      if case .linear(let map) = step {
        guard map.outputDimension == input else {
          throw SearchError(
            .dimension, "a transform to \(map.outputDimension) values before an index of \(input)")
        }
        input = map.inputDimension
      }
    }
    var copy = try TrainedQuantizer(
      dimension: input, metric: metric, transforms: front + behind, rotation: rotation,
      coarse: coarse, code: code, refinement: refinement, nprobe: nprobe)
    copy.refinementFactor = refinementFactor
    return copy
  }
}
