/// The known word that was probably meant.
enum NearestSpelling {
  /// The nearest of the words, if at most a third of its letters differ; the first among equals.
  static func of(_ word: String, in known: [String]) -> String? {
    let word = Array(word.lowercased().prefix(64))
    var best: (word: String, distance: Int)?
    for candidate in known {
      let distance = distance(word, Array(candidate.lowercased()))
      if distance <= max(candidate.count > 3 ? 2 : 1, candidate.count / 3), distance < best?.distance ?? .max {
        best = (candidate, distance)
      }
    }
    return best?.word
  }

  /// Levenshtein's: insertions, deletions, substitutions.
  private static func distance(_ one: [Character], _ other: [Character]) -> Int {
    var previous = Array(0...other.count)
    for (row, character) in one.enumerated() {
      var current = [row + 1]
      for (column, against) in other.enumerated() {
        current.append(min(previous[column + 1] + 1, current[column] + 1, previous[column] + (character == against ? 0 : 1)))
      }
      previous = current
    }
    return previous[other.count]
  }
}
