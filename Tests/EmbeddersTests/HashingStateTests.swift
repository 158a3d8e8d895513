import Artifacts
import CKernels
import Embedders
import Foundation
import Tensors
import Testing

@Suite struct HashingStateTests {
  private static let texts = (0..<60).map { number in
    (0..<12).map { "word\((number * 7 + $0 * $0 * 5) % 40)" }.joined(separator: " ")
  }

  private func state(
    _ change: (inout HashingOptions) -> Void = { _ in }, width: Int = 1, batch: Int = 7
  ) async throws -> HashingState {
    var options = HashingOptions()
    options.features = 1024
    options.dimensions = 12
    change(&options)
    let vectorizer = try HashingVectorizer(options)
    var frequencies = DocumentFrequencies(features: options.features)
    for start in stride(from: 0, to: Self.texts.count, by: batch) {
      var shard = DocumentFrequencies(features: options.features)
      shard.add(Array(Self.texts[start..<min(start + batch, Self.texts.count)]), by: vectorizer)
      try frequencies.merge(DocumentFrequencies(parsing: shard.numpyBytes))
    }
    var fitter = try HashingFitter(options, frequencies: frequencies)
    for row in HashingFitter.sampledRows(of: Self.texts.count, options) { fitter.add([Self.texts[row]]) }
    return try await fitter.fit(width: width)
  }

  @Test func shardsAndWidthChangeNoByte() async throws {
    let bytes = try await state().fileBytes
    #expect(try await state(width: 4, batch: 60).fileBytes == bytes)
    #expect(try await state(width: 2, batch: 1).fileBytes == bytes)
  }

  /// The same state and vectors on every machine and in every release; a change here needs a new algorithm version.
  @Test func theDigestsAreFixed() async throws {
    let state = try await state()
    let rows = try HashingEmbedder(state).embed(Self.texts)
    #expect(state.digest.hex == "9754e34646b8680a11b0a695d226e0672fd68bfdb0137d4f0542f10275a2ca83")
    #expect(Digest(of: rows.numpyBytes).hex == "e381339d83290ac606a8951b96033c904de0704dc78ab96c73dc859af1332d3e")
  }

  @Test func theProcessorChangesNoBit() async throws {
    let embedder = try await HashingEmbedder(state())
    let expected = try embedder.embed(Self.texts)
    defer { vm_cpu_level_set(-1) }
    for level in [VM_CPU_BASELINE, VM_CPU_AVX2, VM_CPU_AVX512] {
      vm_cpu_level_set(Int32(level))
      #expect(try embedder.embed(Self.texts) == expected)
    }
  }

  @Test func theFileGivesTheStateBack() async throws {
    for projection in HashingOptions.Projection.allCases {
      for idf in [true, false] {
        let state = try await state { ($0.projection, $0.idf) = (projection, idf) }
        let again = try HashingState(parsing: state.fileBytes)
        #expect(again == state && again.digest == state.digest)
        let texts = Array(Self.texts.prefix(9))
        #expect(try HashingEmbedder(again).embed(texts) == HashingEmbedder(state).embed(texts))
      }
    }
  }

  @Test func everyDamageIsFound() async throws {
    let bytes = try await state { ($0.features, $0.dimensions) = (16, 2) }.fileBytes
    for place in bytes.indices {
      var damaged = bytes
      damaged[place] ^= 0x10
      #expect(throws: HashingError.self) { try HashingState(parsing: damaged) }
    }
    for length in stride(from: 0, to: bytes.count, by: 13) {
      #expect(throws: HashingError.self) { try HashingState(parsing: Array(bytes[..<length])) }
    }
    #expect(throws: HashingError.self) { try HashingState(parsing: bytes + [0]) }
  }

  @Test func whateverDecidesTheVectorsIsInTheIdentity() async throws {
    let base = try await HashingEmbedder(state()).identity
    for change: (inout HashingOptions) -> Void in [
      { $0.seed = 1 }, { $0.sublinear = false }, { $0.idf = false }, { $0.projection = .random }, { $0.sample = 50 },
    ] {
      #expect(try await HashingEmbedder(state(change)).identity.digest != base.digest)
    }
  }

  @Test func theKeptColumnsAreBounded() async throws {
    let state = try await state { $0.fittedColumns = 10 }
    #expect(state.projectedColumns.count == 10 && state.projection.rows == 10)
    #expect(try HashingEmbedder(state).embed(Self.texts).values.contains { $0 != 0 })
  }

  @Test func nothingToFitOnIsAnError() async throws {
    var options = HashingOptions()
    options.features = 64
    let fitter = try HashingFitter(options, frequencies: DocumentFrequencies(features: 64))
    await #expect(throws: HashingError.self) { try await fitter.fit(width: 1) }
    #expect(throws: HashingError.self) { try HashingFitter(HashingOptions(), frequencies: DocumentFrequencies(features: 64)) }
    #expect(throws: HashingError.self) { try HashingState(unfitted: options) }
    options.idf = false
    options.projection = .random
    #expect(try HashingEmbedder(HashingState(unfitted: options)).embed(["some words"]).rows == 1)
  }

  @Test func optionsLeftOutHaveTheirDefaults() throws {
    let read = try JSONDecoder().decode(HashingOptions.self, from: Data(#"{"ngrams": [1, 2], "stop_words": "english"}"#.utf8))
    var expected = HashingOptions()
    expected.ngrams = 1...2
    expected.stopWords = .english
    #expect(read == expected)
    #expect(throws: (any Error).self) {
      try JSONDecoder().decode(HashingOptions.self, from: Data(#"{"ngrams": [2, 1]}"#.utf8))
    }
  }

  @Test func frequenciesSurviveTheirFile() throws {
    var frequencies = DocumentFrequencies(features: 512)
    var options = HashingOptions()
    options.features = 512
    frequencies.add(Self.texts, by: try HashingVectorizer(options))
    #expect(try DocumentFrequencies(parsing: frequencies.numpyBytes) == frequencies)
    for length in stride(from: 0, to: frequencies.numpyBytes.count, by: 11) {
      #expect(throws: (any Error).self) { try DocumentFrequencies(parsing: Array(frequencies.numpyBytes[..<length])) }
    }
    #expect(throws: HashingError.self) { try frequencies.merge(DocumentFrequencies(features: 511)) }
  }
}
