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

@Suite struct IngestTests {
  private static func text(_ from: String, media: String = "image", _ more: String = "max_rejects: 100%") -> String {
    "pipeline: p\nstages:\n  all: {kind: ingest, media: \(media), from: [\"\(from)\"], \(more)}"
  }

  static let fixtures: [String] = ["photos", "archives", "hostile", "articles"].flatMap { folder in
    ((try? FileManager.default.contentsOfDirectory(atPath: Places.fixtures + "/" + folder)) ?? []).sorted().map {
      folder + "/" + $0
    }
  }

  private func sum(_ manifest: Manifest, _ note: String) -> Int {
    manifest.checkpoints.reduce(0) { $0 + ($1.notes[note]?.integer ?? 0) }
  }

  @Test(arguments: fixtures, ["image", "text"]) func everyEntryIsAccountedFor(_ name: String, _ media: String) async throws {
    let site = Site(
      try TemporaryFolder(),
      Self.text("{fixtures}/\(name)", media: media, "max_rejects: 100%, damaged_archives: keep, shard_size: 9"))
    try await site.run()
    let manifest = try site.manifest("all")
    let lines = try site.lines("all", ending: ".rejects.jsonl")
    let all = manifest.rejects.values.reduce(0, +)
    let file = try #require(
      try all == 0 || site.artifact("all").disk.list(site.artifact("all").path).contains("rejects.jsonl") ? manifest.files : nil)
    #expect(lines.count == all && (all == 0) == file.isEmpty)
    #expect(Dictionary(grouping: lines) { $0["code"] as? String ?? "" }.mapValues(\.count) == manifest.rejects)
    #expect(lines.allSatisfy { ($0["archive"] as? String)?.isEmpty == false && ($0["message"] as? String)?.isEmpty == false })
    let records = try site.records("all")
    #expect(records.count == manifest.rows)
    let isWhole = records.filter { $0.position == nil }.count
    let ofEntries = lines.count { $0["entry"] != nil && $0["line"] == nil }
    #expect(
      sum(manifest, "entries") == isWhole + sum(manifest, "sidecars") + sum(manifest, "containers") + ofEntries,
      "\(manifest.rejects)")
    // Beside entries and lines, only the archive itself may be a reject.
    #expect(lines.count { $0["entry"] == nil } <= 1)
  }

  /// Counts that somebody else counted: tar t, unzip -l.
  @Test func countsAreThoseOfTheArchives() async throws {
    for (name, media, entries, records) in [
      ("photos/scenes-0.tar", "image", 240, 80), ("photos/scenes-1.tar", "image", 240, 80),
      ("articles/notes.zip", "text", 40, 40),
      ("hostile/truncated.tar", "image", 0, 1),
    ] {
      let site = Site(
        try TemporaryFolder(), Self.text("{fixtures}/\(name)", media: media, "max_rejects: 100%, damaged_archives: keep"))
      try await site.run()
      if entries > 0 { #expect(sum(try site.manifest("all"), "entries") == entries, "\(name)") }
      #expect(try site.manifest("all").rows == records, "\(name)")
    }
  }

  @Test func aDamagedArchiveFailsTheStageUnlessItIsKept() async throws {
    for name in [
      "truncated.tar", "truncated.tar.gz", "truncated.tar.bz2", "truncated.tar.xz", "wrong-checksum.tar.gz", "no-directory.zip",
    ] {
      let folder = try TemporaryFolder()
      let strict = Site(folder, Self.text("{fixtures}/hostile/\(name)"))
      let failure = await #expect(throws: StageError.self, "\(name)") { try await strict.run() }
      #expect(failure?.cause is ArchiveError && "\(failure!)".contains(name), "\(name)")
      #expect(throws: WrongPipeline.self) { try strict.manifest("all") }
      let kept = Site(folder, Self.text("{fixtures}/hostile/\(name)", "damaged_archives: keep, max_rejects: 100%"))
      try await kept.run()
      #expect(try kept.lines("all", ending: ".rejects.jsonl").count { $0["entry"] == nil } == 1, "\(name)")
    }
  }

  @Test func tooManyRejectsFailTheStageAndKeepTheWork() async throws {
    let folder = try TemporaryFolder()
    let path = "{fixtures}/hostile/pictures.tar"
    let open = Site(folder, Self.text(path), name: "open")
    try await open.run()
    let rejects = try open.manifest("all").rejects.values.reduce(0, +), seen = try open.manifest("all").rows + rejects
    try #require(rejects > 1 && rejects < seen)
    let share = Double(rejects) / Double(seen) * 100
    for (limit, passes) in [
      ("\(rejects)", true), ("\(rejects - 1)", false), ("0", false), ("\(share + 0.01)%", true), ("\(share - 0.01)%", false),
      ("0%", false),
    ] {
      let site = Site(
        folder, Self.text(path, "max_rejects: \(limit)"), name: "w\(limit.filter(\.isNumber))\(limit.hasSuffix("%"))")
      guard !passes else {
        try await site.run()
        continue
      }
      let failure = await #expect(throws: StageError.self, "\(limit)") { try await site.run() }
      #expect(failure?.cause is TooManyRejects && "\(failure!)".contains("\(rejects) of \(seen)"), "\(failure!)")
      let raised = Site(folder, Self.text(path), name: site.name)
      #expect(try await raised.run().jobsDone == [])
      try expectSame(raised.artifacts(), open.artifacts())
    }
  }

  /// A data file or a checkpoint of a stage that was not sealed is damaged: all that was lost is made again, and no more.
  @Test(arguments: [true, false]) func lostShardsAreReadAgain(_ isCheckpoint: Bool) async throws {
    let folder = try TemporaryFolder()
    try folder.write("t/a.zip", Array(try Data(contentsOf: URL(fileURLWithPath: Places.fixtures + "/articles/notes.zip"))))
    try folder.write("t/b.tar", Array(try Data(contentsOf: URL(fileURLWithPath: Places.fixtures + "/hostile/lines.tar"))))
    let text = Self.text("{data}/t/*", media: "text", "max_rejects: 100%, shard_size: 7")
    let reference = Site(folder, text, name: "r")
    try await reference.run()
    let strict = Site(folder, text.replacing("100%", with: "0"))
    await #expect(throws: StageError.self) { try await strict.run() }
    let artifact = try strict.plan().stages[0].artifact
    let ending = isCheckpoint ? ".checkpoint.json" : ".records.jsonl"
    try DurableFile.commit([0], at: artifact.path(of: "read-00000-00002" + ending))
    let events = try await Site(folder, text).run()
    #expect(events.jobsDone == ["all read-00000"])
    try expectSame(Site(folder, text).artifacts(), reference.artifacts())
  }

  @Test func onlyTheArchiveThatChangedIsReadAgain() async throws {
    let folder = try TemporaryFolder()
    let notes = Array(try Data(contentsOf: URL(fileURLWithPath: Places.fixtures + "/articles/notes.zip")))
    let lines = Array(try Data(contentsOf: URL(fileURLWithPath: Places.fixtures + "/hostile/lines.tar")))
    for name in ["a", "c", "e"] { try folder.write("t/\(name).zip", notes) }
    let text =
      Self.text("{data}/t/*", media: "text", "max_rejects: 100%, shard_size: 7")
      + "\n  features: {kind: featurize, input: all, embedder: hashing, hashing: {idf: false, projection: random, dimensions: 8}}"
    let site = Site(folder, text)
    try await site.run()
    try folder.write("t/c.zip", lines)
    var jobs = try await site.run().jobsDone
    #expect(jobs.filter { $0.hasPrefix("all") } == ["all read-00001"])
    #expect(jobs.filter { $0.hasPrefix("features") }.allSatisfy { $0.hasPrefix("features embed-00001-") })
    // One in between moves those behind it without work.
    try folder.write("t/b.zip", notes)
    jobs = try await site.run().jobsDone
    #expect(jobs.filter { $0.hasPrefix("all") } == ["all read-00001"])
    #expect(jobs.filter { $0.hasPrefix("features") }.allSatisfy { $0.hasPrefix("features embed-00001-") })
    try FileManager.default.removeItem(atPath: folder.path.string + "/t/a.zip")
    #expect(try await site.run().jobsDone == [])
    let fresh = Site(folder, text, name: "b")
    try await fresh.run()
    let (incremental, full) = (try site.artifacts(), try fresh.artifacts())
    for (name, bytes) in full { #expect(incremental[name] == bytes, "\(name)") }
  }

  @Test func vectorsAreNumberedAcrossFiles() async throws {
    let folder = try TemporaryFolder()
    var matrix = clustered(60, 4, seed: 1)
    matrix[25, 2] = .nan
    matrix[41, 0] = -.infinity
    try folder.write("v/a.npy", matrix[rows: 0..<20].numpyBytes)
    try folder.write("v/b.fvecs", matrix[rows: 20..<45].fvecs)
    try folder.write("v/c.npy", matrix[rows: 45..<60].numpyBytes)
    let site = Site(folder, Self.text("{data}/v/*", media: "vectors", "max_rejects: 2, shard_size: 8"))
    try await site.run(jobs: 4)
    let good = (0..<60).filter { $0 != 25 && $0 != 41 }
    #expect(try site.ids("all") == good.map(Int64.init))
    #expect(try site.vectors("all") == matrix.gathering(good))
    #expect(try site.records("all").map(\.id) == site.ids("all"))
    let rejects = try site.lines("all", ending: ".rejects.jsonl")
    #expect(rejects.map { $0["archive"] as? String } == ["b.fvecs", "b.fvecs"] && rejects.map { $0["line"] as? Int } == [5, 21])
    // A longer first file moves the numbers behind it, a longer last one does not.
    try folder.write("v/c.npy", matrix[rows: 44..<60].numpyBytes)
    #expect(try await site.run().jobsDone == ["all read-00002"])
    try folder.write("v/a.npy", matrix[rows: 0..<19].numpyBytes)
    #expect(try await site.run().jobsDone == ["all read-00000", "all read-00001", "all read-00002"])
  }

  @Test func idsComeFromTheFileBeside() async throws {
    let folder = try TemporaryFolder()
    for (place, name) in ["v/x/v", "v/y/v"].enumerated() {
      try folder.write("\(name).npy", clustered(5, 3, seed: UInt64(place)).numpyBytes)
      try folder.write("\(name).ids.npy", NumpyHeader.bytes(of: (0..<5).map { Int64(1000 * (place + 1) + $0) }))
    }
    let site = Site(folder, Self.text("{data}/v/**/*.npy", media: "vectors"))
    try await site.run()
    let first: [Int64] = [1000, 1001, 1002, 1003, 1004]
    #expect(try site.ids("all") == first + first.map { $0 + 1000 })
    // Other ids, of either file, are another artifact.
    for name in ["v/x/v", "v/y/v"] {
      try folder.write("\(name).ids.npy", NumpyHeader.bytes(of: [7, 8, 9, 10, name == "v/x/v" ? 11 : 12]))
      #expect(try !site.plan().isFresh, "\(name)")
      try await site.run()
    }
    #expect(try site.ids("all") == [7, 8, 9, 10, 11, 7, 8, 9, 10, 12])
  }

  @Test func anIdThatIsThereTwiceFailsTheIndex() async throws {
    let folder = try TemporaryFolder()
    try folder.write("v.npy", clustered(5, 3, seed: 1).numpyBytes)
    try folder.write("v.ids.npy", NumpyHeader.bytes(of: [1, 2, 3, 2, 5]))
    let site = Site(folder, Self.text("{data}/v.npy", media: "vectors") + "\n  index: {kind: index, input: all, type: Flat}")
    var failure = await #expect(throws: StageError.self) { try await site.run() }
    #expect("\(failure!)".contains("id 2") && failure?.stage == "index")
    // -1 stands for no answer in every index.
    try folder.write("v.ids.npy", NumpyHeader.bytes(of: [1, 2, 3, -1, 5]))
    failure = await #expect(throws: StageError.self) { try await site.run() }
    #expect("\(failure!)".contains("id -1") && failure?.stage == "index")
  }

  @Test func filesOfDifferentWidthAreRefused() async throws {
    let folder = try TemporaryFolder()
    try folder.write("v/a.npy", clustered(50, 4, seed: 1).numpyBytes)
    try folder.write("v/b.npy", clustered(50, 5, seed: 1).numpyBytes)
    let text = Self.text("{data}/v/*", media: "vectors") + "\n  index: {kind: index, input: all, type: Flat}"
    let failure = await #expect(throws: StageError.self) { try await Site(folder, text).run() }
    #expect("\(failure!)".contains("b.npy") && "\(failure!)".contains("5"))
    // Not even where the second was ingested beside another first.
    try folder.write("v/a.npy", clustered(50, 5, seed: 1).numpyBytes)
    let content = text.replacing("max_rejects: 100%", with: "max_rejects: 100%, identity: content").replacing(
      "Flat}", with: "Flat}")
    try folder.write("v/b.npy", clustered(50, 5, seed: 2).numpyBytes)
    try await Site(folder, content).run()
    try folder.write("v/a.npy", clustered(50, 4, seed: 1).numpyBytes)
    await #expect(throws: StageError.self) { try await Site(folder, content).run() }
  }
}
