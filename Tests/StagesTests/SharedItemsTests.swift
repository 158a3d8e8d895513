import Stages
import Tensors
import TestSupport
import Testing

/// What two corpora share is found in any number of passes, and is what a table of all contents would say.
@Suite struct SharedItemsTests {
  @Test(arguments: 0..<20) func passesFindWhatATableWould(_ round: Int) throws {
    let seed = runSeed("shared items \(round)") &+ UInt64(round)
    var random = SeededRandom(seed: seed)
    func id() -> Int64 {
      [Int64(random.below(50)), -Int64(random.below(50)), Int64.max - Int64(random.below(9)), .min][random.below(4)]
    }
    var theirs: [Int64: UInt64] = [:]
    for _ in 0..<random.below(60) { theirs[id()] = UInt64(random.below(3)) }
    let mine = (0..<random.below(60)).map { _ in id() }
    let records = (0..<random.below(90)).map { _ in ItemContent(id: id(), digest: UInt64(random.below(3))) }
    let both = mine.filter { theirs[$0] != nil }
    let same = records.filter { both.contains($0.id) && theirs[$0.id] == $0.digest }.map(\.id)
    for most in [1, 7, 1000] {
      let walk = { (body: (ItemContent) -> Void) in for (id, digest) in theirs { body(ItemContent(id: id, digest: digest)) } }
      let ids = try SharedItems(walk, theirs.count, mine.forEach, contents: nil, most: most)
      #expect(ids.ids == Set(both).sorted(), "seed \(seed), \(most)")
      let contents = try SharedItems(walk, theirs.count, mine.forEach, contents: records.forEach, most: most)
      #expect(contents.ids == Set(same).sorted(), "seed \(seed), \(most)")
      for id in (-60..<60) + Array(theirs.keys) { #expect(contents.contains(id) == same.contains(id), "seed \(seed)") }
    }
  }
}
