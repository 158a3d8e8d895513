/// What a hashed text vector is made of; the names are scikit-learn's where it has one.
public struct HashingOptions: Sendable, Hashable, Codable {
  /// What a term is.
  public enum Analyzer: String, Sendable, Codable, CaseIterable {
    /// Runs of two or more letters, numbers and underscores.
    case word
    /// Every run of characters.
    case char
    /// Runs of characters inside a word that was padded with a space on either side.
    case characterInWord = "char_wb"
  }

  /// Which length a weighted row is divided by.
  public enum Norm: String, Sendable, Codable, CaseIterable { case l1, l2, none }

  public enum AccentStripping: String, Sendable, Codable, CaseIterable {
    case none
    /// Decomposes and drops whatever is not ASCII.
    case ascii
    /// Decomposes and drops combining marks.
    case unicode
  }

  public enum StopWordList: String, Sendable, Codable, CaseIterable { case none, english }

  /// How a row of `features` columns becomes a vector of `dimensions` values.
  public enum Projection: String, Sendable, Codable, CaseIterable {
    /// The leading right singular vectors of a sample: the best vectors, and a fitted state.
    case svd
    /// Sparse signs made from the seed: nothing is fitted.
    case random
    /// The row itself; for few features.
    case none
  }

  /// Columns that terms are hashed to.
  public var features = 1 << 18
  public var analyzer = Analyzer.word
  /// Lengths of the runs of words or characters that are terms.
  public var ngrams = 1...1
  public var lowercase = true
  public var stripAccents = AccentStripping.none
  public var stopWords = StopWordList.none
  /// A hash bit decides whether a term counts +1 or -1, so that collisions cancel on average.
  public var alternateSign = true
  /// Counts are cut to 1.
  public var binary = false
  /// A count c becomes 1 + ln c: worth 3 points of nDCG@10 on the Cranfield collection, with svd.
  public var sublinear = true
  /// Columns are weighted by inverse document frequency.
  public var idf = true
  public var norm = Norm.l2
  public var projection = Projection.svd
  /// Values a vector; `projection: none` takes `features` instead.
  public var dimensions = 256
  /// Texts that the projection is fitted on, at most.
  public var sample = 20_000
  /// Columns that a fitted projection keeps, at most: those in most texts of the sample. Each takes 4 bytes a dimension, so
  /// that the state stays under 64 MiB at 256 dimensions.
  public var fittedColumns = 1 << 16
  public var seed: UInt64 = 0

  public init() {}

  /// Values a vector.
  public var vectorDimension: Int { projection == .none ? features : dimensions }

  /// The options for hashing alone, as scikit-learn's HashingVectorizer: no weights, no projection.
  var isFitted: Bool { idf || projection == .svd }
}

extension HashingOptions {
  enum CodingKeys: String, CodingKey, CaseIterable {
    case features, analyzer, ngrams, lowercase, binary, sublinear, idf, norm, projection, dimensions, sample, seed
    case stripAccents = "strip_accents"
    case stopWords = "stop_words"
    case alternateSign = "alternate_sign"
    case fittedColumns = "fitted_columns"
  }

  /// Reads options by their snake-case names; what is left out has its default.
  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    func read<Value: Decodable>(_ key: CodingKeys, _ target: inout Value) throws {
      target = try values.decodeIfPresent(Value.self, forKey: key) ?? target
    }
    try read(.features, &features)
    try read(.analyzer, &analyzer)
    try read(.ngrams, &ngrams)
    try read(.lowercase, &lowercase)
    try read(.stripAccents, &stripAccents)
    try read(.stopWords, &stopWords)
    try read(.alternateSign, &alternateSign)
    try read(.binary, &binary)
    try read(.sublinear, &sublinear)
    try read(.idf, &idf)
    try read(.norm, &norm)
    try read(.projection, &projection)
    try read(.dimensions, &dimensions)
    try read(.sample, &sample)
    try read(.fittedColumns, &fittedColumns)
    try read(.seed, &seed)
  }

  /// The most features with `projection: none`: a row of 256 KiB.
  static let mostUnprojected = 1 << 16

  /// Finds options that contradict each other or exceed a bound.
  ///
  /// - Throws: `HashingError.options` that names the option and its bounds.
  public func validate() throws {
    func check(_ condition: Bool, _ reason: @autoclosure () -> String) throws {
      if !condition { throw HashingError.options(reason()) }
    }
    try check((1...1 << 30).contains(features), "features is \(features); take 1 to \(1 << 30)")
    try check(
      ngrams.lowerBound >= 1 && ngrams.upperBound <= 32, "ngrams is \(ngrams); take lengths from 1 to 32")
    try check((1...16_384).contains(dimensions), "dimensions is \(dimensions); take 1 to 16384")
    try check(sample >= 1, "sample is \(sample); take at least 1")
    try check(fittedColumns >= 1, "fitted_columns is \(fittedColumns); take at least 1")
    try check(
      projection != .none || features <= Self.mostUnprojected,
      "projection none with \(features) features; take \(Self.mostUnprojected) features at most, or project")
    try check(
      stopWords == .none || analyzer == .word, "stop_words needs analyzer word, not \(analyzer.rawValue)")
  }
}
