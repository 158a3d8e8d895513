extension FactoryType {
  /// Reads a type.
  ///
  /// - Throws: `SearchError` of code `.type` that names the word that is wrong and what was probably meant.
  public init(_ text: String) throws {
    var words = text.split(separator: ",", omittingEmptySubsequences: false).map(Self.trimmed)
    guard words.allSatisfy({ !$0.isEmpty }) else {
      throw SearchError(.type, "\"\(text)\" has an empty word: write types like IVF256,PQ16")
    }
    rotation = nil
    lists = nil
    refinement = nil
    if let first = words.first, first.hasPrefix("OPQ") {
      rotation = try Self.rotation(first)
      words.removeFirst()
    }
    if let first = words.first, first.hasPrefix("IVF") {
      guard let count = Self.number(first.dropFirst(3)), count > 0 else { throw Self.unknown(first) }
      lists = count
      words.removeFirst()
    }
    if let last = words.last, let refinement = Self.refinement(last), words.count > 1 {
      self.refinement = refinement
      words.removeLast()
    }
    guard let word = words.first else {
      throw SearchError(.type, "\"\(text)\" names no code: add one, such as \(text),PQ16")
    }
    code = try Self.code(word)
    guard words.count == 1 else {
      let extra = words[1]
      guard (try? Self.code(extra)) == nil, !extra.hasPrefix("OPQ"), !extra.hasPrefix("IVF") else {
        throw SearchError(
          .type, "\"\(text)\": \(extra) cannot follow \(word); the order is OPQ, IVF, code, refinement")
      }
      throw Self.unknown(extra)
    }
  }

  private static func rotation(_ word: String) throws -> Rotation {
    let sides = word.dropFirst(3).split(separator: "_", omittingEmptySubsequences: false)
    guard let parts = sides.first.flatMap({ number($0) }), parts > 0, sides.count <= 2 else {
      throw unknown(word)
    }
    guard sides.count == 2 else { return Rotation(parts: parts, dimensions: nil) }
    guard let dimensions = number(sides[1]), dimensions > 0 else { throw unknown(word) }
    return Rotation(parts: parts, dimensions: dimensions)
  }

  private static func code(_ word: String) throws -> Code {
    if word == "Flat" { return .flat }
    guard word.hasPrefix("PQ") else { throw unknown(word) }
    var rest = word.dropFirst(2)
    let fastScan = rest.hasSuffix("fs")
    // Faiss' "np" leaves out polysemous training, which there is none of here.
    if fastScan || rest.hasSuffix("np") { rest = rest.dropLast(2) }
    let sides = rest.split(separator: "x", omittingEmptySubsequences: false)
    guard let parts = sides.first.flatMap({ number($0) }), parts > 0, sides.count <= 2 else {
      throw unknown(word)
    }
    let bits = sides.count == 2 ? number(sides[1]) : fastScan ? 4 : 8
    guard let bits, bits == 4 || bits == 8 else {
      throw SearchError(.type, "\(word): a code has 8 or 4 bits a part: write PQ\(parts) or PQ\(parts)x4")
    }
    guard !fastScan || bits == 4 else {
      throw SearchError(.type, "\(word): fast scan codes have 4 bits: write PQ\(parts)x4fs")
    }
    return .pq(parts: parts, bits: bits, fastScan: fastScan)
  }

  private static func refinement(_ word: String) -> Refinement? {
    switch word {
    case "RFlat", "Refine(Flat)": .flat
    case "RSQ8", "Refine(SQ8)": .sq8
    default: nil
    }
  }

  private static func number(_ text: Substring) -> Int? {
    guard !text.isEmpty, text.utf8.count <= 9, text.utf8.allSatisfy({ 48...57 ~= $0 }) else { return nil }
    return Int(text)
  }

  private static func trimmed(_ word: Substring) -> String {
    let kept = word.drop { $0 == " " }
    return String(String(kept.reversed()).drop { $0 == " " }.reversed())
  }
}
