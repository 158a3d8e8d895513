import Embedders
import Foundation
import Tensors
import Testing

/// Retrieval on the Cranfield collection, where shared/ is at hand.
@Suite struct HashingRetrievalTests {
  @Test func hashingAndFrequenciesAloneReachTheirMark() async throws {
    guard let cranfield = try Cranfield() else { return }
    var options = HashingOptions()
    options.projection = .random
    let embedder = try await fitted(options, cranfield.texts)
    let (documents, queries) = (embedder.rows(cranfield.texts), embedder.rows(cranfield.queries))
    let ndcg = cranfield.ndcg((0..<queries.rows).map { queries.products(ofRow: $0, with: documents) })
    print("nDCG@10 by sparse cosine: \(ndcg)")
    #expect(ndcg >= 0.4875)
  }

  @Test func theFittedProjectionReachesItsMark() async throws {
    guard let cranfield = try Cranfield() else { return }
    let ndcg = try await projected(HashingOptions(), cranfield)
    print("nDCG@10 with svd: \(ndcg)")
    #expect(ndcg >= 0.5)
  }

  @Test func theRandomProjectionIsWorthHaving() async throws {
    guard let cranfield = try Cranfield() else { return }
    var options = HashingOptions()
    options.projection = .random
    let ndcg = try await projected(options, cranfield)
    print("nDCG@10 with random signs: \(ndcg)")
    #expect(ndcg >= 0.3)
  }

  private func projected(_ options: HashingOptions, _ cranfield: Cranfield) async throws -> Double {
    let embedder = try await fitted(options, cranfield.texts)
    let documents = try embedder.embed(cranfield.texts)
    let queries = try embedder.embed(cranfield.queries)
    return cranfield.ndcg(cosines(queries, documents))
  }

  private func cosines(_ queries: Matrix, _ documents: Matrix) -> [[Double]] {
    let rows = (0..<documents.rows).map { unit(documents[row: $0]) }
    return (0..<queries.rows).map { query in
      let values = unit(queries[row: query])
      return rows.map { row in zip(values, row).reduce(0) { $0 + $1.0 * $1.1 } }
    }
  }

  private func unit(_ values: ArraySlice<Float>) -> [Double] {
    let doubles = values.map(Double.init)
    let norm = doubles.reduce(0) { $0 + $1 * $1 }.squareRoot()
    return norm == 0 ? doubles : doubles.map { $0 / norm }
  }
}

/// The embedder fitted on these texts.
func fitted(_ options: HashingOptions, _ texts: [String], width: Int = 3) async throws -> HashingEmbedder {
  var frequencies = DocumentFrequencies(features: options.features)
  try frequencies.add(texts, by: HashingVectorizer(options))
  var fitter = try HashingFitter(options, frequencies: frequencies)
  fitter.add(HashingFitter.sampledRows(of: texts.count, options).map { texts[$0] })
  return try HashingEmbedder(await fitter.fit(width: width))
}
