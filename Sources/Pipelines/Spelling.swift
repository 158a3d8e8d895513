/// Finds the word that was probably meant.
package enum Spelling {
  /// The candidate nearest to a word, if it is near enough to be a slip: a third of the letters, at least one; case counts half.
  ///
  /// - Complexity: The word's length times that of all candidates; words over 64 characters have no nearest.
  package static func nearest(to word: String, in candidates: [String]) -> String? {
    guard word.utf8.count <= 64 else { return nil }
    var best: (candidate: String, distance: Int)?
    for candidate in candidates where candidate.utf8.count <= 64 && candidate != word {
      // A word in capitals is the same word.
      let isSame = word.lowercased() == candidate.lowercased()
      let distance = isSame ? 1 : Self.distance(word, candidate)
      let limit = 2 * max(1, max(word.count, candidate.count) / 3)
      if distance <= limit, distance < best?.distance ?? .max { best = (candidate, distance) }
    }
    return best?.candidate
  }

  /// `did you mean "type"?`, if there is a nearest.
  package static func hint(for word: String, in candidates: [String]) -> String? {
    nearest(to: word, in: candidates).map { "did you mean \(OptionValue.quoted($0))?" }
  }

  /// Twice the edits that turn one word into the other: insertions, deletions, substitutions and swaps of neighbours; one for another case.
  ///
  /// The restricted Damerau-Levenshtein distance (optimal string alignment).
  package static func distance(_ a: String, _ b: String) -> Int {
    let a = Array(a)
    let b = Array(b)
    var twoBack = [Int](repeating: 0, count: b.count + 1)
    var previous = (0...b.count).map { 2 * $0 }
    for i in 0..<a.count {
      var current = [2 * (i + 1)] + [Int](repeating: 0, count: b.count)
      for j in 0..<b.count {
        let change = a[i] == b[j] ? 0 : a[i].lowercased() == b[j].lowercased() ? 1 : 2
        var least = min(previous[j + 1] + 2, current[j] + 2, previous[j] + change)
        if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] { least = min(least, twoBack[j - 1] + 2) }
        current[j + 1] = least
      }
      (twoBack, previous) = (previous, current)
    }
    return previous[b.count]
  }
}
