public import VectorSearch

extension Preprocessing {
  /// The steps in front of an index: what its `trained.transforms` hold.
  public init(_ transforms: [VectorTransform]) {
    steps = transforms.map { transform in
      switch transform {
      case .l2: .unitLength
      case .linear(let map):
        .linear(
          name: map.principal != nil ? "pca" : "linear", matrix: map.matrix,
          bias: map.bias ?? [Float](repeating: 0, count: map.outputDimension))
      }
    }
  }
}
