import Tensors
import VectorSearch

extension FaissParser {
  mutating func transformed(_ header: FaissHeader) throws -> FaissNode {
    let count = try cursor.number(Int32.self, "the number of transforms", in: 0...64)
    var chain: [VectorTransform] = []
    for _ in 0..<count { chain.append(try transform()) }
    return .transformed(header, chain, inner: try node())
  }

  private mutating func transform() throws -> VectorTransform {
    let tag = try cursor.tag()
    switch tag {
    case "VNrm":
      guard try cursor.read(Float.self) == 2 else { throw cursor.error("only the L2 norm is supported") }
      _ = try end()
      return .l2
    case "LTra":
      return try linear(principal: nil)
    case "Pcam":
      return try linear(principal: try principal())
    default:
      throw cursor.error("transform \"\(Self.printable(tag))\" is not supported; linear ones, PCA and L2 are")
    }
  }

  /// Input and output dimension, and whether the transform is trained.
  private mutating func end() throws -> (input: Int, output: Int) {
    let input = try cursor.number(Int32.self, "a transform's input", in: 1...1 << 20)
    let output = try cursor.number(Int32.self, "a transform's output", in: 1...1 << 20)
    guard try cursor.bool("is_trained") else { throw cursor.error("a transform is not trained") }
    return (input, output)
  }

  private mutating func linear(principal: PrincipalComponents?) throws -> VectorTransform {
    let hasBias = try cursor.bool("have_bias")
    let map = try cursor.floats("transform values")
    let bias = try cursor.floats("bias values")
    let (input, output) = try end()
    guard map.count == input * output, bias.count == (hasBias ? output : bias.count) else {
      throw cursor.error("\(map.count) transform values for \(input) to \(output)")
    }
    let matrix = Matrix(rows: output, columns: input, values: map)
    guard matrix.firstRowNotFinite == nil, bias.allSatisfy(\.isFinite) else {
      throw cursor.error("a transform holds values that are not finite")
    }
    return .linear(
      try LinearTransform(matrix: matrix, bias: hasBias ? bias : nil, principal: principal))
  }

  private mutating func principal() throws -> PrincipalComponents {
    let power = try cursor.read(Float.self)
    let epsilon = try cursor.read(Float.self)
    guard try !cursor.bool("random_rotation") else { throw cursor.error("a random rotation is not supported") }
    _ = try cursor.skip(4)
    let mean = try cursor.floats("mean values")
    let eigenvalues = try cursor.floats("eigenvalues")
    let axes = try cursor.floats("component values")
    // Faiss keeps only as many axes as there were points to find them from.
    guard !mean.isEmpty, axes.count % mean.count == 0 else {
      throw cursor.error("\(axes.count) component values for \(mean.count)")
    }
    return PrincipalComponents(
      mean: mean, eigenvalues: eigenvalues,
      axes: Matrix(rows: axes.count / mean.count, columns: mean.count, values: axes),
      eigenPower: power, epsilon: epsilon)
  }
}
