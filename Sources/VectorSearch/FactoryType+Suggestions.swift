extension FactoryType {
  /// The error for a word that is none, with the nearest one that is.
  static func unknown(_ word: String) -> SearchError {
    if word.hasPrefix("PCA") || word == "L2norm" {
      return SearchError(
        .type, "\(word) is a step of a normalize stage here, not part of an index type: leave it out")
    }
    guard let meant = suggestion(for: word) else {
      return SearchError(.type, "\"\(word)\" is no index type: use Flat, PQ16, PQ32x4fs, OPQ16, IVF256, RFlat")
    }
    return SearchError(.type, "\"\(word)\" is no index type: did you mean \(meant)?")
  }

  /// The word with its letters corrected, if they are at most two edits from known ones.
  private static func suggestion(for word: String) -> String? {
    let letters = String(word.prefix { !$0.isNumber })
    let rest = word.dropFirst(letters.count)
    let heads = ["PQ", "OPQ", "IVF", "Flat", "RFlat", "Refine(Flat)", "Refine(SQ8)"]
    let ranked = heads.map { ($0, distance($0.lowercased(), letters.lowercased())) }
    guard let (head, edits) = ranked.min(by: { $0.1 < $1.1 }), edits <= min(2, letters.count) else {
      return nil
    }
    guard ["PQ", "OPQ", "IVF"].contains(head) else { return head }
    let digits = rest.prefix { $0.isNumber }
    let fallback = head == "IVF" ? "256" : "16"
    return head + (digits.isEmpty || digits.allSatisfy { $0 == "0" } ? fallback : String(digits))
  }

  /// Levenshtein's distance: insertions, deletions and replacements.
  static func distance(_ a: String, _ b: String) -> Int {
    let b = Array(b)
    var row = Array(0...b.count)
    for (i, character) in a.enumerated() {
      var diagonal = row[0]
      row[0] = i + 1
      for j in b.indices {
        let replaced = diagonal + (b[j] == character ? 0 : 1)
        diagonal = row[j + 1]
        row[j + 1] = min(replaced, row[j] + 1, row[j + 1] + 1)
      }
    }
    return row[b.count]
  }
}
