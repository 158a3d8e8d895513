import Embedders
import Foundation
import Tensors
import Testing

@Suite struct InverseDocumentFrequencyTests {
  @Test func theLogarithmIsRight() {
    var random = SeededRandom(seed: 5)
    for number in 1..<20_000 {
      let x = number < 1000 ? Double(number) : exp((random.unit() - 0.5) * 60)
      let (ours, theirs) = (FixedLogarithm.natural(x), log(x))
      #expect(abs(ours - theirs) <= 4 * max(theirs.magnitude, 0.01).ulp, "ln \(x)")
    }
  }

  @Test func theFormulaIsScikitLearns() throws {
    var options = HashingOptions()
    options.features = 1 << 16
    let vectorizer = try HashingVectorizer(options)
    var frequencies = DocumentFrequencies(features: options.features)
    frequencies.add(["wing flow", "wing", "mach wing wing", ""], by: vectorizer)
    let idf = InverseDocumentFrequency(frequencies)
    func column(_ word: String) -> Int32 { vectorizer.transform([word]).columnIndices[0] }
    #expect(abs(idf[column("wing")] - (log(5.0 / 4) + 1)) < 1e-15)
    #expect(abs(idf[column("flow")] - (log(5.0 / 2) + 1)) < 1e-15)
    #expect(abs(idf[column("unseen")] - (log(5.0) + 1)) < 1e-15)
  }
}
