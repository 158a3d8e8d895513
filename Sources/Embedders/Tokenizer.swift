/// Cuts a text into terms as scikit-learn's HashingVectorizer does with its default token pattern `(?u)\b\w\w+\b`.
///
/// Terms are ranges of one buffer of UTF-8, so that hashing copies nothing.
package struct Tokenizer: Sendable {
  /// The terms of a text: each range of `bytes` is one.
  package struct Terms {
    package var bytes: [UInt8] = []
    package var ranges: [Range<Int>] = []
  }

  let analyzer: HashingOptions.Analyzer
  let ngrams: ClosedRange<Int>
  let lowercase: Bool
  let stripAccents: HashingOptions.AccentStripping
  let stopWords: StopWords?

  package init(_ options: HashingOptions) {
    analyzer = options.analyzer
    ngrams = options.ngrams
    lowercase = options.lowercase
    stripAccents = options.stripAccents
    stopWords = options.stopWords == .english ? StopWords.english : nil
  }

  /// The terms of a text, by their length and then by their place.
  ///
  /// - Complexity: O(bytes × lengths of `ngrams`)
  package func terms(of text: String) -> Terms {
    var bytes = Array(text.utf8)
    if lowercase { bytes = Self.lowercased(bytes) }
    bytes = Self.strippingAccents(bytes, stripAccents)
    switch analyzer {
    case .word: return wordTerms(bytes)
    case .char: return characterTerms(bytes)
    case .characterInWord: return characterInWordTerms(bytes)
    }
  }

  private func wordTerms(_ bytes: [UInt8]) -> Terms {
    var words = Self.words(in: bytes)
    if let stopWords { words.removeAll { stopWords.contains(bytes, $0) } }
    guard ngrams != 1...1 else { return Terms(bytes: bytes, ranges: words) }
    return Self.joinedTerms(bytes, words, ngrams)
  }

  /// Runs of two or more word characters.
  static func words(in bytes: [UInt8]) -> [Range<Int>] {
    var words: [Range<Int>] = []
    words.reserveCapacity(bytes.count / 6 + 1)
    var place = 0
    while place < bytes.count {
      let start = place
      var characters = 0
      var gap = 0
      while place < bytes.count {
        let byte = bytes[place]
        if byte < 0x80 {
          guard isWordASCII(byte) else {
            gap = 1
            break
          }
          place += 1
        } else {
          let (value, length) = UTF8Reading.scalar(in: bytes, at: place)
          guard ScalarTraits.of(value).contains(.word) else {
            gap = length
            break
          }
          place += length
        }
        characters += 1
      }
      if characters >= 2 { words.append(start..<place) }
      place += gap
    }
    return words
  }

  @inline(__always)
  private static func isWordASCII(_ byte: UInt8) -> Bool {
    (byte | 0x20) &- 97 < 26 || byte &- 48 < 10 || byte == 95
  }

  /// Runs of words with one space between: the words are laid side by side, so that every run is one range.
  private static func joinedTerms(
    _ bytes: [UInt8], _ words: [Range<Int>], _ lengths: ClosedRange<Int>
  ) -> Terms {
    var terms = Terms()
    var joined: [Range<Int>] = []
    for word in words {
      let start = terms.bytes.count
      terms.bytes.append(contentsOf: bytes[word])
      joined.append(start..<terms.bytes.count)
      terms.bytes.append(32)
    }
    for length in lengths where length <= joined.count {
      for first in 0...joined.count - length {
        terms.ranges.append(joined[first].lowerBound..<joined[first + length - 1].upperBound)
      }
    }
    return terms
  }
}
