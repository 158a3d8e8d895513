public import Tensors

/// What is done to an embedding before it meets the index: the steps of normalize, in order, for users of other
/// languages.
///
/// The Faiss index carries the same chain itself. As `preprocessing.npz`: `steps` (names, one a line, as UTF-8 bytes),
/// `l2` (one byte a step: 1 scales to unit length), and for each other step i `A<i>` (d_out × d_in) and `b<i>` (d_out):
/// y = A x + b. In numpy: `x = x @ p[f"A{i}"].T + p[f"b{i}"]`, or for l2 `x = x / norm`, a zero vector staying as it
/// is.
public struct Preprocessing: Sendable, Equatable {
  public enum Step: Sendable, Equatable {
    /// y = matrix · x + bias; `matrix` is d_out × d_in, `bias` has d_out values.
    case linear(name: String, matrix: Matrix, bias: [Float])
    /// Scales to unit length.
    case unitLength
  }

  public var steps: [Step]
  public static let fileName = "preprocessing.npz"

  public init(steps: [Step]) { self.steps = steps }

  public var archive: NumpyArchive {
    var archive = NumpyArchive()
    archive.add("steps", Array(steps.map(\.name).joined(separator: "\n").utf8))
    archive.add("l2", steps.map { step -> UInt8 in step == .unitLength ? 1 : 0 })
    for (index, step) in steps.enumerated() {
      guard case .linear(_, let matrix, let bias) = step else { continue }
      archive.add("A\(index)", matrix)
      archive.add("b\(index)", bias)
    }
    return archive
  }

  /// - Throws: `IndexFormatError` if arrays are missing or their shapes do not follow each other.
  public init(_ archive: NumpyArchive) throws {
    let names = String(decoding: try archive["steps"].data, as: UTF8.self)
      .split(separator: "\n").map(String.init)
    let flags = try archive["l2"].data
    guard names.count == flags.count else {
      throw IndexFormatError(.invalid, "l2", "\(flags.count) flags for \(names.count) steps")
    }
    steps = try names.enumerated().map { index, name in
      flags[index] == 1 ? .unitLength : try Self.linear(name, index, archive)
    }
  }

  private static func linear(_ name: String, _ index: Int, _ archive: NumpyArchive) throws -> Step {
    let (matrix, bias) = (try archive["A\(index)"], try archive["b\(index)"])
    guard matrix.header.shape.count == 2, bias.header.shape == [matrix.header.shape[0]] else {
      throw IndexFormatError(.invalid, "A\(index)", "shapes \(matrix.header.shape) and \(bias.header.shape) do not fit")
    }
    let (rows, columns) = (matrix.header.shape[0], matrix.header.shape[1])
    return .linear(
      name: name, matrix: Matrix(rows: rows, columns: columns, values: try matrix.floats), bias: try bias.floats)
  }
}

extension Preprocessing.Step {
  public var name: String {
    switch self {
    case .linear(let name, _, _): name
    case .unitLength: "l2"
    }
  }
}
