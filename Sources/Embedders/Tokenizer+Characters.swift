extension Tokenizer {
  /// Runs of characters of the whole text; two or more white spaces count as one space.
  func characterTerms(_ bytes: [UInt8]) -> Terms {
    var terms = Terms()
    terms.bytes.reserveCapacity(bytes.count)
    var starts: [Int] = []
    var place = 0
    while place < bytes.count {
      starts.append(terms.bytes.count)
      let length = Self.spaceLength(bytes, at: place)
      let (_, first) = UTF8Reading.scalar(in: bytes, at: place)
      if length > first {
        terms.bytes.append(32)
        place += length
      } else {
        terms.bytes.append(contentsOf: bytes[place..<place + first])
        place += first
      }
    }
    starts.append(terms.bytes.count)
    for length in ngrams { Self.appendRuns(of: length, starts, to: &terms) }
    return terms
  }

  /// Runs of characters of each word between two spaces; a word shorter than the run counts whole, once.
  func characterInWordTerms(_ bytes: [UInt8]) -> Terms {
    var terms = Terms()
    terms.bytes.reserveCapacity(bytes.count + 32)
    var place = 0
    while place < bytes.count {
      place += Self.spaceLength(bytes, at: place)
      var starts = [terms.bytes.count]
      terms.bytes.append(32)
      while place < bytes.count, Self.spaceLength(bytes, at: place) == 0 {
        starts.append(terms.bytes.count)
        let (_, length) = UTF8Reading.scalar(in: bytes, at: place)
        terms.bytes.append(contentsOf: bytes[place..<place + length])
        place += length
      }
      guard starts.count > 1 else { break }
      starts.append(terms.bytes.count)
      terms.bytes.append(32)
      starts.append(terms.bytes.count)
      let width = starts.count - 1
      for length in ngrams {
        Self.appendRuns(of: min(length, width), starts, to: &terms)
        if length >= width { break }
      }
    }
    return terms
  }

  private static func appendRuns(of length: Int, _ starts: [Int], to terms: inout Terms) {
    guard starts.count > length else { return }
    for first in 0..<starts.count - length {
      terms.ranges.append(starts[first]..<starts[first + length])
    }
  }

  /// Bytes of the white space that starts here.
  private static func spaceLength(_ bytes: [UInt8], at place: Int) -> Int {
    var end = place
    while end < bytes.count {
      let (value, length) = UTF8Reading.scalar(in: bytes, at: end)
      guard ScalarTraits.of(value).contains(.space) else { break }
      end += length
    }
    return end - place
  }
}
