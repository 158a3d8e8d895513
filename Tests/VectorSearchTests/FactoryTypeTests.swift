import Testing
import VectorSearch

@Suite struct FactoryTypeTests {
  @Test(
    "canonical spellings",
    arguments: [
      ("Flat", "Flat"), ("PQ16", "PQ16"), ("PQ16x8", "PQ16"), ("PQ16np", "PQ16"), ("PQ16x4", "PQ16x4"),
      ("PQ32x4fs", "PQ32x4fs"), ("OPQ16,PQ16", "OPQ16,PQ16"), ("OPQ16_64,PQ16", "OPQ16_64,PQ16"),
      ("IVF256,Flat", "IVF256,Flat"), ("IVF1024,PQ32x4fs", "IVF1024,PQ32x4fs"),
      ("OPQ16,IVF256,PQ16,RFlat", "OPQ16,IVF256,PQ16,RFlat"), ("PQ8,Refine(Flat)", "PQ8,RFlat"),
      ("PQ8, Refine(SQ8)", "PQ8,Refine(SQ8)"),
    ])
  func parses(_ pair: (text: String, canonical: String)) throws {
    #expect(try FactoryType(pair.text).description == pair.canonical)
  }

  @Test(
    "errors say what was meant",
    arguments: [
      ("PG16", "did you mean PQ16?"), ("pq16", "did you mean PQ16?"), ("Flta", "did you mean Flat?"),
      ("IFV256,PQ16", "did you mean IVF256?"), ("PQ16x5", "8 or 4 bits"), ("OPQ16", "names no code"),
      ("PQ16,,RFlat", "empty word"), ("PCA64,PQ16", "normalize stage"), ("PQ16,IVF256", "order is"),
      ("HNSW32", "is no index type"), ("", "empty word"), ("PQ", "did you mean PQ16?"),
      ("PQ16,Refine(Flt)", "did you mean Refine(Flat)?"), ("PQ16x8fs", "x4fs"), ("IVF0,Flat", "IVF256"),
    ])
  func refuses(_ pair: (text: String, hint: String)) {
    let error = #expect(throws: SearchError.self) { try FactoryType(pair.text) }
    #expect(error?.message.contains(pair.hint) == true, "\(error?.message ?? "")")
  }

  @Test func checksDimensions() throws {
    try FactoryType("PQ16").check(dimension: 128)
    try FactoryType("OPQ16_64,PQ16").check(dimension: 100)
    let error = #expect(throws: SearchError.self) { try FactoryType("PQ16").check(dimension: 100) }
    #expect(
      error?.message == "PQ16 needs a dimension divisible by 16, not 100: use PQ20 or PQ10")
    #expect(throws: SearchError.self) { try FactoryType("OPQ16_64,PQ16").check(dimension: 32) }
    #expect(throws: SearchError.self) { try FactoryType("PQ200").check(dimension: 100) }
  }

  @Test func countsBytes() throws {
    #expect(try FactoryType("PQ16").bytesPerVector(dimension: 128) == 16)
    #expect(try FactoryType("PQ32x4fs").bytesPerVector(dimension: 128) == 16)
    #expect(try FactoryType("Flat").bytesPerVector(dimension: 128) == 512)
    #expect(try FactoryType("IVF16,PQ8,Refine(SQ8)").bytesPerVector(dimension: 64) == 72)
  }
}
