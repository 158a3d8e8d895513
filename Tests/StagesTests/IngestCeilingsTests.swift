import Artifacts
import Foundation
import Stages
import TestSupport
import Testing

/// The ceilings of an ingest stage as a whole, and those that hold wherever a record is read again.
@Suite struct IngestCeilingsTests {
  private static func text(_ more: String) -> String {
    "pipeline: p\nstages:\n  all: {kind: ingest, media: image, from: ['{fixtures}/photos/scenes-*.tar'], shard_size: 16, \(more)}\n"
      + "  rows: {kind: featurize, input: all, embedder: cnn, max_rejects: 100%}"
  }

  private func failure(_ site: Site, until: String? = "all") async -> String {
    do {
      try await site.run(until: until)
      return ""
    } catch { return "\(error)" }
  }

  /// Two archives of 80 pictures with two sidecars each: 480 entries.
  @Test(arguments: [("max_total_entries: 300", "300 entries"), ("max_total_bytes: 100000", "100000 bytes of records")])
  func allArchivesTogetherAreHeldAgainstTheTotals(_ option: String, _ said: String) async throws {
    let folder = try TemporaryFolder()
    let message = await failure(Site(folder, Self.text(option)))
    #expect(message.contains("more than \(said)") && message.contains("raise max_total_"), "\(message)")
    // What was committed stays, and counts once only.
    try await Site(folder, Self.text("max_total_entries: 480")).run(until: "all")
    #expect(try Site(folder, Self.text("max_total_entries: 480")).manifest("all").rows == 160)
  }

  @Test func theTotalIsThatOfEveryEntryOnce() async throws {
    let folder = try TemporaryFolder()
    #expect(await failure(Site(folder, Self.text("max_total_entries: 479"))).contains("479"))
    #expect(await failure(Site(folder, Self.text("max_total_entries: 479"))).contains("479"), "and once more after resuming")
    #expect(await failure(Site(folder, Self.text("max_total_entries: 480"))).isEmpty)
  }

  /// A ceiling that only decoding can break is that of the ingest stage, and what it refused is tried again under a higher one.
  @Test func decodingKeepsTheCeilingsOfIngest() async throws {
    let folder = try TemporaryFolder()
    let low = Site(folder, Self.text("max_entry_seconds: 10, max_scans: 1"))
    try await low.run()
    let refused = try low.manifest("rows").rejects
    #expect(refused.keys.sorted() == ["too-many-scans"] && refused["too-many-scans"]! > 0, "\(refused)")

    let high = Site(folder, Self.text("max_entry_seconds: 10"))
    try await high.run()
    #expect(try high.manifest("rows").rejects.isEmpty)
    #expect(try high.manifest("rows").rows == 160)
    // And a lower one is not got round by what is known from before.
    let again = Site(folder, Self.text("max_entry_seconds: 9, max_scans: 1"))
    try await again.run()
    #expect(try again.manifest("rows").rejects == refused)
  }
}
