import Embedders
import Testing

@Suite struct HashingVectorizerTests {
  private func options(_ change: (inout HashingOptions) -> Void) -> HashingOptions {
    var options = HashingOptions()
    change(&options)
    return options
  }

  @Test func rowsAreAscendingAndOfLengthOne() throws {
    let matrix = try HashingVectorizer(options { $0.features = 512 }).transform(EmbedderUnderTest.texts)
    for row in 0..<matrix.rows {
      let columns = matrix.columnIndices[matrix.entries(ofRow: row)]
      #expect(zip(columns, columns.dropFirst()).allSatisfy(<))
      let length = matrix.values[matrix.entries(ofRow: row)].reduce(0) { $0 + $1 * $1 }
      #expect(columns.isEmpty || abs(length - 1) < 1e-12)
    }
  }

  @Test func termsThatCancelOutKeepTheirColumn() throws {
    let matrix = try HashingVectorizer(options { ($0.features, $0.norm) = (1, .none) }).transform([
      "wing flow mach heat body shock"
    ])
    #expect(matrix.columnIndices == [0])
    let plain = try HashingVectorizer(
      options { ($0.features, $0.norm, $0.alternateSign) = (1, .none, false) }
    ).transform(["wing flow mach heat body shock"])
    #expect(plain.values == [6])
  }

  /// This word's hash is -2^31, whose magnitude no 32-bit number holds; columns and sign are scikit-learn's.
  @Test(arguments: [(1000, 648), (1024, 0), (7, 2)])
  func theLowestHashHasAColumn(_ features: Int, _ column: Int32) throws {
    let matrix = try HashingVectorizer(options { ($0.features, $0.norm) = (features, .none) }).transform(["ad1u66pi"])
    #expect(matrix.columnIndices == [column] && matrix.values == [-1])
  }

  @Test func wrongOptionsAreRefused() {
    for wrong in [
      options { $0.features = 0 }, options { $0.ngrams = 0...1 }, options { $0.ngrams = 1...40 },
      options { $0.dimensions = 0 }, options { $0.projection = .none }, options { $0.sample = 0 },
      options { ($0.analyzer, $0.stopWords) = (.char, .english) },
    ] {
      #expect(throws: HashingError.self) { try HashingVectorizer(wrong) }
    }
  }
}
