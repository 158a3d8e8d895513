/// An index type in the field's factory words: `Flat`, `PQ16`, `PQ32x4fs`, `OPQ16_64,IVF1024,PQ16`, `…,RFlat`.
///
/// The words are Faiss' own (https://github.com/facebookresearch/faiss/wiki/The-index-factory); `check(dimension:)` says
/// whether a type suits vectors of some dimension.
public struct FactoryType: Sendable, Hashable, CustomStringConvertible {
  /// `OPQ16` or `OPQ16_64`: a trained rotation before the code.
  public struct Rotation: Sendable, Hashable {
    public var parts: Int
    /// How many values the rotation leaves; nil for all.
    public var dimensions: Int?

    public init(parts: Int, dimensions: Int? = nil) {
      self.parts = parts
      self.dimensions = dimensions
    }
  }

  /// How a vector is stored.
  public enum Code: Sendable, Hashable {
    /// As it is.
    case flat
    /// `fastScan` asks for Faiss' layout of 4-bit codes in the file.
    case pq(parts: Int, bits: Int, fastScan: Bool)
  }

  /// A second, finer copy of the vectors that reorders the first answers.
  public enum Refinement: String, Sendable, Hashable {
    case flat = "RFlat"
    case sq8 = "Refine(SQ8)"
  }

  public var rotation: Rotation?
  /// The number of inverted lists; nil without `IVF`.
  public var lists: Int?
  public var code: Code
  public var refinement: Refinement?

  public init(
    rotation: Rotation? = nil, lists: Int? = nil, code: Code, refinement: Refinement? = nil
  ) {
    self.rotation = rotation
    self.lists = lists
    self.code = code
    self.refinement = refinement
  }

  /// The canonical spelling.
  public var description: String {
    var words: [String] = []
    if let rotation {
      words.append("OPQ\(rotation.parts)" + (rotation.dimensions.map { "_\($0)" } ?? ""))
    }
    if let lists { words.append("IVF\(lists)") }
    switch code {
    case .flat: words.append("Flat")
    case .pq(let parts, 8, _): words.append("PQ\(parts)")
    case .pq(let parts, let bits, let fastScan):
      words.append("PQ\(parts)x\(bits)" + (fastScan ? "fs" : ""))
    }
    if let refinement { words.append(refinement.rawValue) }
    return words.joined(separator: ",")
  }

  /// Bytes a stored vector takes, without its id.
  public func bytesPerVector(dimension: Int) -> Int {
    var bytes = 0
    switch code {
    case .flat: bytes = 4 * (rotation?.dimensions ?? dimension)
    case .pq(let parts, let bits, _): bytes = (parts * bits + 7) / 8
    }
    switch refinement {
    case .flat: return bytes + 4 * dimension
    case .sq8: return bytes + dimension
    case nil: return bytes
    }
  }

  /// The fewest vectors that training takes: one a list.
  public var leastTrainingVectors: Int { max(1, lists ?? 1) }
}
