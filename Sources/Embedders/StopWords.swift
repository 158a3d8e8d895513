/// Words too common to tell texts apart.
struct StopWords: Sendable {
  /// Words by their hash: a term is compared only where its hash is there.
  private let words: [Int32: [UInt8]]

  init(_ text: String) {
    var words: [Int32: [UInt8]] = [:]
    for word in text.split(whereSeparator: \.isWhitespace) {
      let bytes = Array(word.utf8)
      words[MurmurHash3.hash(bytes, bytes.indices)] = bytes
    }
    self.words = words
  }

  /// Whether `bytes[range]`, in lower case, is one of the words.
  func contains(_ bytes: [UInt8], _ range: Range<Int>) -> Bool {
    guard range.count <= 12, let word = words[MurmurHash3.hash(bytes, range)] else { return false }
    return word.elementsEqual(bytes[range])
  }

  /// English articles, pronouns, prepositions, conjunctions, auxiliaries and common adverbs of two letters and more.
  static let english = StopWords(
    """
    an the this that these those such some any each every either neither both all few many much more most other another
    others same several own no none nor not only
    me my mine myself we us our ours ourselves you your yours yourself yourselves he him his himself she her hers herself
    it its itself they them their theirs themselves one ones who whom whose which what whatever whoever
    am is are was were be been being do does did doing done have has had having can could may might must shall should
    will would cannot
    about above across after against along among around as at before behind below beneath beside between beyond by
    despite down during except for from in inside into near of off on onto out outside over per since through throughout
    till to toward towards under until up upon via with within without
    and but or if because so than then though although unless whereas whether while yet however therefore thus hence
    when whenever where wherever why how here there once again also too very just even ever never often always already
    almost still now rather quite further perhaps
    """)
}
