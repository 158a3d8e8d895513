import Embedders
import Tensors
import Testing

/// An embedder and what the conformance suite needs to try it.
struct EmbedderUnderTest: Sendable, CustomTestStringConvertible {
  let name: String
  /// At least three different contents that it takes.
  let contents: [EmbedderContent]
  /// A content that it must refuse.
  let refused: EmbedderContent
  let make: @Sendable () async throws -> any Embedder
  var testDescription: String { name }

  /// Every implementation of `Embedder` stands here.
  static var all: [EmbedderUnderTest] { hashing + command + convolutional }
}

/// What every embedder promises.
@Suite struct EmbedderConformance {
  @Test(arguments: EmbedderUnderTest.all)
  func givesOneFiniteRowForEachContent(_ subject: EmbedderUnderTest) async throws {
    let embedder = try await subject.make()
    let rows = try await embedder.embed(try subject.contents.map(embedder.prepare))
    #expect(rows.rows == subject.contents.count && rows.columns == embedder.identity.dimension)
    #expect(rows.values.allSatisfy { $0.isFinite })
    #expect(rows[row: 0] != rows[row: 1])
  }

  @Test(arguments: EmbedderUnderTest.all)
  func takesAnEmptyBatch(_ subject: EmbedderUnderTest) async throws {
    let embedder = try await subject.make()
    #expect(try await embedder.embed([]) == Matrix(rows: 0, columns: embedder.identity.dimension))
  }

  @Test(arguments: EmbedderUnderTest.all)
  func theBatchChangesNoBit(_ subject: EmbedderUnderTest) async throws {
    let embedder = try await subject.make()
    let contents = try subject.contents.map(embedder.prepare)
    let together = try await embedder.embed(contents)
    let backwards = try await embedder.embed(contents.reversed())
    for (place, content) in contents.enumerated() {
      let alone = try await embedder.embed([content])
      #expect(alone[row: 0].elementsEqual(together[row: place]))
      #expect(backwards[row: contents.count - 1 - place].elementsEqual(together[row: place]))
    }
  }

  @Test(arguments: EmbedderUnderTest.all)
  func isSharedByManyJobs(_ subject: EmbedderUnderTest) async throws {
    let embedder = try await subject.make()
    let contents = try subject.contents.map(embedder.prepare)
    let expected = try await embedder.embed(contents)
    try await withThrowingTaskGroup(of: Matrix.self) { group in
      for _ in 0..<8 { group.addTask { try await embedder.embed(contents) } }
      for try await rows in group { #expect(rows == expected) }
    }
  }

  @Test(arguments: EmbedderUnderTest.all)
  func saysWhoItIs(_ subject: EmbedderUnderTest) async throws {
    let identity = try await subject.make().identity
    #expect(identity.dimension > 0 && !identity.kind.isEmpty && !identity.name.isEmpty && !identity.version.isEmpty)
    #expect(identity.digest.count == 64 && identity.digest.allSatisfy { $0.isHexDigit && !$0.isUppercase })
    #expect(try await subject.make().identity == identity)
  }

  @Test(arguments: EmbedderUnderTest.all)
  func refusesWhatItCannotTake(_ subject: EmbedderUnderTest) async throws {
    let embedder = try await subject.make()
    #expect(throws: (any Error).self) { try embedder.prepare(subject.refused) }
    await #expect(throws: (any Error).self) { try await embedder.embed([subject.contents[0], subject.refused]) }
    #expect(try await embedder.embed([subject.contents[0]]).rows == 1)
  }
}
