import Artifacts
import Foundation
import Pipelines
import Stages
import Tensors
import TestSupport
import Testing

/// What is learnt is kept from run to run until it does not suit the input any more.
@Suite struct RetrainingTests {
  private static func text(_ retrain: String = "auto", type: String = "IVF8,PQ4x4", drift: String = "0.2") -> String {
    """
    pipeline: p
    stages:
      raw: {kind: ingest, media: vectors, from: ["{data}/v/*.npy"], identity: content, shard_size: 100}
      unit: {kind: normalize, input: raw, steps: [center, l2], retrain: \(retrain), max_drift: \(drift)}
      index: {kind: index, input: unit, type: "\(type)", metric: l2, retrain: \(retrain), max_drift: \(drift)}
    """
  }

  /// Vectors of the same clusters; another part of them for another seed.
  private static func same(_ rows: Range<Int>) -> Matrix { clustered(3000, 16, seed: 4)[rows: rows] }

  private func decision(_ site: Site, _ stage: String, _ phase: String) throws -> String? {
    try site.manifest(stage).whole(phase)?.notes["decision"]?.text
  }

  private func quantizer(_ site: Site) throws -> [UInt8] { try site.bytes("index", "train", ".faiss") }

  @Test func whatDidNotDriftIsKept() async throws {
    let folder = try TemporaryFolder()
    try folder.write("v/a.npy", Self.same(0..<1500).numpyBytes)
    let site = Site(folder, Self.text())
    try await site.run()
    let first = try quantizer(site)
    #expect(try decision(site, "index", "train") == "trained its quantizer")
    #expect(try decision(site, "unit", "fit") == "trained its fit")
    try folder.write("v/b.npy", Self.same(1500..<1600).numpyBytes)
    let events = try await site.run()
    #expect(try decision(site, "index", "train") == "kept its quantizer" && decision(site, "unit", "fit") == "kept its fit")
    #expect(try quantizer(site) == first)
    // Shards that were there before are encoded and normalized already.
    #expect(events.jobsDone.filter { $0.hasPrefix("index encode") || $0.hasPrefix("unit apply") }.count == 2)
    #expect(try site.plan().isFresh)
    #expect(try site.manifest("index").recipe.kept != nil)
    let again = try await site.run()
    #expect(again.jobsDone == [])
  }

  @Test func whatDriftedIsTrainedAnewAndStays() async throws {
    let folder = try TemporaryFolder()
    try folder.write("v/a.npy", Self.same(0..<1500).numpyBytes)
    let site = Site(folder, Self.text())
    try await site.run()
    let first = try quantizer(site)
    try folder.write("v/b.npy", clustered(4000, 16, seed: 99, clusters: 40).numpyBytes)
    try await site.run()
    #expect(try decision(site, "index", "train") == "trained its quantizer")
    #expect(try quantizer(site) != first)
    #expect(try site.plan().isFresh)
    let notes = try site.manifest("index").whole("train")!.notes
    let reason = notes["reason"]?.text ?? ""
    #expect(reason.hasPrefix("it drifted by") || reason == "what lies before it was fitted anew", "\(reason)")
    // The new one is what the next night keeps.
    let second = try quantizer(site)
    try folder.write("v/c.npy", Self.same(1600..<1650).numpyBytes)
    try await site.run()
    #expect(try quantizer(site) == second)
  }

  /// Without normalize nothing but the drift of the quantizer itself can be the reason.
  @Test(arguments: ["PQ4x4", "IVF8,Flat", "IVF8,PQ4x4"]) func theQuantizersOwnDriftIsMeasured(_ type: String) async throws {
    let folder = try TemporaryFolder()
    try folder.write("v/a.npy", Self.same(0..<1500).numpyBytes)
    let text = """
      pipeline: p
      stages:
        raw: {kind: ingest, media: vectors, from: ["{data}/v/*.npy"], identity: content}
        index: {kind: index, input: raw, type: "\(type)", metric: l2}
      """
    let site = Site(folder, text)
    try await site.run()
    try folder.write("v/b.npy", clustered(3000, 16, seed: 99, clusters: 40).numpyBytes)
    try await site.run()
    let notes = try site.manifest("index").whole("train")!.notes
    #expect(notes["decision"]?.text == "trained its quantizer" && (notes["drift"]?.number ?? 0) > 0.1)
    #expect(notes["reason"]?.text?.hasPrefix("it drifted by") == true)
  }

  @Test func neverTrainsOnlyWhereThereIsNone() async throws {
    let folder = try TemporaryFolder()
    try folder.write("v/a.npy", Self.same(0..<1500).numpyBytes)
    let site = Site(folder, Self.text("never"))
    try await site.run()
    let first = try quantizer(site)
    try folder.write("v/b.npy", clustered(4000, 16, seed: 99, clusters: 40).numpyBytes)
    try await site.run()
    #expect(try quantizer(site) == first && decision(site, "index", "train") == "kept its quantizer")
  }

  @Test func alwaysTrains() async throws {
    let folder = try TemporaryFolder()
    try folder.write("v/a.npy", Self.same(0..<1500).numpyBytes)
    try await Site(folder, Self.text()).run()
    let site = Site(folder, Self.text("always"))
    // What was trained on the same input stands.
    #expect(try site.plan().isFresh)
    try folder.write("v/b.npy", Self.same(1500..<1600).numpyBytes)
    try await site.run()
    #expect(try decision(site, "index", "train") == "trained its quantizer")
    #expect(try site.manifest("index").recipe.kept == nil)
    // From nothing it comes out the same.
    let fresh = Site(folder, Self.text("always"), name: "b")
    try await fresh.run()
    #expect(try quantizer(fresh) == quantizer(site))
  }

  /// A run that was stopped goes on with what it had begun to keep.
  @Test func aResumedRunKeepsTheSame() async throws {
    let folder = try TemporaryFolder()
    try folder.write("v/a.npy", Self.same(0..<1500).numpyBytes)
    let site = Site(folder, Self.text())
    try await site.run()
    try folder.write("v/b.npy", Self.same(1500..<1900).numpyBytes)
    let key = try site.plan().stages.last!.recipe.key
    let counting = FailingDisk()
    try await Site(folder, Self.text(), name: "a", disk: counting).run(until: "unit")
    let failing = FailingDisk(failingAt: 3)
    await #expect(throws: StageError.self) { try await Site(folder, Self.text(), name: "a", disk: failing).run() }
    #expect(try site.plan().stages.last!.recipe.key == key)
    try await site.run()
    #expect(try site.plan().stages.last!.recipe.key == key && site.plan().isFresh)
  }

  @Test func aForcedStageKeepsWhatItKept() async throws {
    let folder = try TemporaryFolder()
    try folder.write("v/a.npy", Self.same(0..<1500).numpyBytes)
    let site = Site(folder, Self.text())
    try await site.run()
    try folder.write("v/b.npy", Self.same(1500..<1600).numpyBytes)
    try await site.run()
    let name = try site.artifact("index").name
    let before = try site.files(of: name)
    try await site.run(forced: ["index"])
    try expectSame(site.files(of: name), before)
  }
}
