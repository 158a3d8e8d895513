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

@Suite struct CommandStageTests {
  private static func text(_ program: String, _ dimension: Int = 16, ingest: String) -> String {
    """
    pipeline: p
    stages:
      all: {kind: ingest, from: ["{fixtures}/\(ingest)"], shard_size: 20, media: \(ingest.hasPrefix("photos") ? "image" : "text")}
      features: {kind: featurize, input: all, embedder: command, command: {program: "\(program)", version: "1", dimension: \(dimension)}}
      index: {kind: index, input: features, type: Flat, metric: l2}
      files: {kind: export, input: index, to: "{out}"}
    """
  }

  private static let example = Places.root + "/pipelines/embedders/byte_shares.py"

  /// The program gets each entry's own bytes, or each text, and its rows stand at its ids.
  @Test(arguments: [
    "photos/scenes-0.tar", "photos/scenes.zip", "photos/scenes.tar.zst", "articles/notes.zip", "articles/articles.tar.gz",
  ])
  func rowsAreOfTheRecordsOwnBytes(_ ingest: String) async throws {
    let site = Site(try TemporaryFolder(), Self.text(Self.example, ingest: ingest))
    try await site.run(jobs: 4)
    let (records, ids, vectors) = (try site.records("all"), try site.ids("features"), try site.vectors("features"))
    #expect(ids == records.map(\.id) && vectors.rows == records.count && vectors.columns == 16)
    let searcher = try BundleSearcher(Bundle.open(site.out))
    for (row, record) in records.enumerated() {
      let bytes = try record.text.map { Array($0.utf8) } ?? searcher.show(record.id).bytes
      var counts = [Int](repeating: 0, count: 16)
      for byte in bytes { counts[Int(byte) / 16] += 1 }
      let wanted = counts.map { Float(Double($0) / Double(max(1, bytes.count))) }
      #expect(Array(vectors[row: row]) == wanted, "\(record.entry)")
    }
  }

  @Test func aProgramThatDiesFailsTheStageAndNamesTheRecords() async throws {
    let folder = try TemporaryFolder()
    let source = try String(contentsOfFile: Self.example, encoding: .utf8)
      .replacing(
        "def embed(data):",
        with: "def embed(data):\n    if b\"kneading\" in data: print(\"no kneading\", file=sys.stderr); sys.exit(3)")
    let program = try folder.write("dies.py", Array(source.utf8))
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: program)
    let site = Site(folder, Self.text(program, ingest: "articles/articles.tar.gz"))
    let failure = await #expect(throws: StageError.self) { try await site.run() }
    let message = "\(failure!)"
    #expect(failure?.stage == "features" && message.contains("status 3") && message.contains("no kneading"), "\(message)")
    #expect(failure?.job?.hasPrefix("embed-") == true)
    // Whether ingest had come to its end before the failure is a matter of time.
    #expect(try site.plan().stages.dropFirst().map(\.mustRun) == [true, true, true])
    #expect(!FileManager.default.fileExists(atPath: site.out.string))
  }

  @Test func aPictureInFlightIsNamed() async throws {
    let folder = try TemporaryFolder()
    let program = try folder.write(
      "dies.py", Array("#!/usr/bin/env python3\nimport sys\nsys.stdin.buffer.read(9)\nsys.exit(7)\n".utf8))
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: program)
    let site = Site(folder, Self.text(program, ingest: "photos/scenes-0.tar"))
    let failure = await #expect(throws: StageError.self) { try await site.run(jobs: 1) }
    #expect("\(failure!)".contains("house/house-000.jpg") && "\(failure!)".contains("status 7"), "\(failure!)")
  }

  @Test func rowsOfAnotherWidthAreRefused() async throws {
    let site = Site(try TemporaryFolder(), Self.text(Self.example, 8, ingest: "articles/notes.zip"))
    let failure = await #expect(throws: StageError.self) { try await site.run() }
    #expect("\(failure!)".contains("wrong answer"), "\(failure!)")
  }
}
