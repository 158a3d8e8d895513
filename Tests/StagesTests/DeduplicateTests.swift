import Artifacts
import Bundles
import Foundation
import IndexFormats
import Media
import Pipelines
import Stages
import SystemPackage
import Tensors
import TestSupport
import Testing
import VectorSearch

@Suite struct DeduplicateTests {
  @Test func theFirstOfEqualContentsStays() async throws {
    let folder = try TemporaryFolder()
    for name in ["a", "b"] {
      try folder.write(
        "t/\(name).zip", Array(try Data(contentsOf: URL(fileURLWithPath: Places.fixtures + "/articles/notes.zip"))))
    }
    let site = Site(
      folder,
      """
      pipeline: p
      stages:
        texts: {kind: ingest, media: text, from: ["{data}/t/*"], shard_size: 7}
        distinct: {kind: deduplicate, input: texts}
      """)
    try await site.run()
    let (all, kept) = (try site.records("texts"), try site.records("distinct"))
    var seen: Set<String> = []
    #expect(kept == all.filter { seen.insert($0.digest).inserted })
    #expect(kept.allSatisfy { $0.archive == "a.zip" } && kept.count * 2 <= all.count)
    let first = Dictionary(all.map { ($0.digest, $0.id) }) { first, _ in first }
    let told = try site.lines("distinct", ending: ".duplicates.jsonl")
    #expect(told.map { $0["id"] as? Int64 } == all.filter { first[$0.digest] != $0.id }.map(\.id))
    #expect(told.map { $0["of"] as? Int64 } == all.filter { first[$0.digest] != $0.id }.map { first[$0.digest] })
  }

  /// Random unit vectors, each sixth a copy of an earlier one at a known distance: inside the limit it goes, outside it stays.
  @Test(arguments: [(64, 0.2), (1000, 0.2), (700, 1.9)]) func closeVectorsGo(_ shardSize: Int, _ distance: Double) async throws {
    let folder = try TemporaryFolder()
    var random = SeededRandom(seed: 8)
    var rows = Matrix(rows: 900, columns: 24)
    var isCopy = [Bool](repeating: false, count: 900)
    for row in 0..<900 {
      var values = (0..<24).map { _ in random.unit() + random.unit() + random.unit() - 1.5 }
      if row % 6 == 5 {
        let norm = { (v: [Double]) in v.reduce(0) { $0 + $1 * $1 }.squareRoot() }
        let original = random.below(row / 6 + 1) * 6
        let (step, length) = (row % 12 == 5 ? 0.15 : 0.25, norm(rows[row: original].map(Double.init)))
        let size = norm(values)
        values = zip(rows[row: original], values).map { Double($0) / length + $1 / size * step }
        isCopy[row] = true
      }
      // Of any length: only the direction counts.
      let scale = 0.1 + 10 * random.unit()
      for column in 0..<24 { rows[row, column] = Float(values[column] * scale) }
    }
    try folder.write("v.npy", rows.numpyBytes)
    let site = Site(
      folder,
      """
      pipeline: p
      stages:
        v: {kind: ingest, media: vectors, from: ["{data}/v.npy"], shard_size: \(shardSize)}
        distinct: {kind: deduplicate, input: v, distance: \(distance)}
      """)
    try await site.run(jobs: 3)
    // The rule again, in double precision, one by one.
    var kept: [Int] = []
    var unit: [[Double]] = []
    for row in 0..<900 {
      let length = rows[row: row].reduce(0) { $0 + Double($1) * Double($1) }.squareRoot()
      let mine = rows[row: row].map { Double($0) / length }
      let near = unit.contains { other in zip(other, mine).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) } <= distance * distance
      }
      if !near {
        kept.append(row)
        unit.append(mine)
      }
    }
    #expect(try site.ids("distinct") == kept.map(Int64.init))
    #expect(try site.vectors("distinct") == rows.gathering(kept))
    if distance == 0.2 {
      #expect(kept.count < 900 && kept.contains { isCopy[$0] } && isCopy.indices.contains { isCopy[$0] && !kept.contains($0) })
    }
  }
}
