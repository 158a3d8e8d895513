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

@Suite struct FilterTests {
  /// A condition, and what it means said again in another way.
  static let table: [(condition: String, holds: @Sendable (Record) -> Bool)] = [
    ("min_width: 100", { $0.width! >= 100 }), ("min_height: 97", { $0.height! >= 97 }),
    ("max_aspect: 1.0", { $0.width == $0.height }),
    ("max_aspect: 1.4", { 5 * max($0.width!, $0.height!) <= 7 * min($0.width!, $0.height!) }),
    ("min_bytes: 3KiB", { $0.size >= 3072 }), ("max_bytes: 3071", { $0.size <= 3071 }),
    ("formats: [png]", { $0.format == "png" }), ("formats: [jpeg, png]", { _ in true }), ("formats: [gif]", { _ in false }),
    ("names: ['house/*', '*-003.*']", { $0.entry.hasPrefix("house/") || $0.entry.contains("-003.") }),
    ("exclude: ['*.jpg']", { !$0.entry.hasSuffix(".jpg") }),
    ("names: ['house/*'], exclude: ['*/house-00?.*']", { $0.entry.hasPrefix("house/") && !$0.entry.contains("house-00") }),
    ("fields: {class: [house, boat]}", { ["house", "boat"].contains(field($0, "class")) }),
    (
      "fields: {class: [house], number: [0, 3.0, 6]}",
      { field($0, "class") == "house" && ["0", "3", "6"].contains(field($0, "number")) }
    ),
    ("fields: {nothing: [x]}", { _ in false }),
    ("min_width: 100, formats: [jpeg]", { $0.width! >= 100 && $0.format == "jpeg" }),
  ]

  private static func field(_ record: Record, _ name: String) -> String {
    guard let text = record.fields, let object = try? JSONSerialization.jsonObject(with: Data(text.utf8)) as? NSDictionary
    else { return "" }
    return object[name].map { "\($0)" } ?? ""
  }

  @Test func everyConditionKeepsWhatItSays() async throws {
    let folder = try TemporaryFolder()
    var stages = ""
    for (place, row) in Self.table.enumerated() { stages += "\n  f\(place): {kind: filter, input: photos, \(row.condition)}" }
    let site = Site(
      folder,
      """
      pipeline: p
      stages:
        photos: {kind: ingest, media: image, from: ["{fixtures}/photos/*"], shard_size: 50}\(stages.replacing("\n  ", with: "\n  "))
      """)
    try await site.run(jobs: 4)
    let all = try site.records("photos")
    #expect(all.count > 200 && all.contains { $0.format == "png" } && all.contains { $0.fields != nil })
    var some = 0
    for (place, row) in Self.table.enumerated() {
      let kept = try site.records("f\(place)")
      #expect(kept == all.filter(row.holds), "\(row.condition)")
      let left = try site.manifest("f\(place)").shards.reduce(0) { $0 + ($1.notes["left out"]?.integer ?? 0) }
      #expect(kept.count + left == all.count, "\(row.condition)")
      if kept.count > 0, kept.count < all.count { some += 1 }
    }
    // Or the table would prove little.
    #expect(some >= 10)
  }

  /// All shards of a filter may be empty: each is linked once, not once for every equal one.
  @Test func emptyShardsAreReusedOneByOne() async throws {
    let folder = try TemporaryFolder()
    let notes = try Data(contentsOf: URL(fileURLWithPath: Places.fixtures + "/articles/notes.zip"))
    for name in ["a", "b"] { try folder.write("t/\(name).zip", Array(notes)) }
    let site = Site(
      folder,
      """
      pipeline: p
      stages:
        texts: {kind: ingest, media: text, from: ["{data}/t/*.zip"], shard_size: 10}
        none: {kind: filter, input: texts, min_bytes: 1MiB}
        still: {kind: filter, input: none, min_bytes: 2}
      """)
    try await site.run()
    try folder.write("t/c.zip", Array(notes))
    let events = try await site.run()
    let ended = events.filter { $0.event == .jobEnded && $0.stage == "still" }.compactMap(\.job)
    #expect(Set(ended).count == ended.count)
    #expect(try site.manifest("none").shards.count == 12 && site.manifest("none").rows == 0)
    #expect(try site.manifest("still").shards.map(\.shard) == site.manifest("none").shards.map(\.shard))
    #expect(try site.records("still") == [])
  }
}
