public import ArgumentParser
import Artifacts
public import Embedders
import Media
import SystemPackage
import Tensors

/// Says what a part of Vecmill computes, so that a test can hold it against the program it is modelled on.
struct OracleCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "oracle", abstract: "Print what a part of the program computes, for comparison with its model.",
    shouldDisplay: false,
    subcommands: [HashingOracle.self, ReadingOracle.self])
}

struct HashingOracle: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "hashing", abstract: "Write the hashed counts of each line of a text as a dense .npy, as HashingVectorizer does."
  )

  @Option(name: .customLong("n-features")) var features = 1024
  @Option(help: "Lengths of n-grams, as 1-2.") var ngram = "1-1"
  @Option var analyzer = HashingOptions.Analyzer.word
  @Option var norm = HashingOptions.Norm.l2
  @Flag var noAlternateSign = false
  @Flag var noLowercase = false
  @Flag var binary = false
  @Option var stripAccents = HashingOptions.AccentStripping.none
  @Argument var text: String
  @Argument var out: String

  func run() async throws {
    let vectorizer = try HashingVectorizer(try options())
    let matrix = vectorizer.transform(try lines())
    var file = try DurableFile(at: FilePath(out))
    try file.write(NumpyHeader(element: .float32, shape: [matrix.rows, matrix.columns]).bytes)
    for row in 0..<matrix.rows {
      var dense = [Float](repeating: 0, count: matrix.columns)
      for entry in matrix.entries(ofRow: row) { dense[Int(matrix.columnIndices[entry])] = Float(matrix.values[entry]) }
      try file.write(dense.flatMap { value in (0..<4).map { UInt8(truncatingIfNeeded: value.bitPattern >> (8 * $0)) } })
    }
    _ = try file.finish()
    try Output.line("\(matrix.rows) lines, \(matrix.columns) features, \(matrix.values.count) values")
  }

  private func options() throws -> HashingOptions {
    let lengths = ngram.split(separator: "-").compactMap { Int($0) }
    guard lengths.count == 2, lengths[0] >= 1, lengths[0] <= lengths[1] else {
      throw ValidationError("--ngram \(ngram) is not as 1-2")
    }
    var options = HashingOptions()
    options.features = features
    options.ngrams = lengths[0]...lengths[1]
    options.analyzer = analyzer
    options.norm = norm
    options.alternateSign = !noAlternateSign
    options.lowercase = !noLowercase
    options.binary = binary
    options.stripAccents = stripAccents
    return options
  }

  /// Lines end at \n; a last one without it counts.
  private func lines() throws -> [String] {
    let bytes = try SystemDisk().read(FilePath(text))
    var lines = bytes.split(separator: 10, omittingEmptySubsequences: false).map { String(decoding: $0, as: UTF8.self) }
    if lines.last == "" { lines.removeLast() }
    return lines
  }
}

extension HashingOptions.Analyzer: ExpressibleByArgument {}
extension HashingOptions.Norm: ExpressibleByArgument {}
extension HashingOptions.AccentStripping: ExpressibleByArgument {}
