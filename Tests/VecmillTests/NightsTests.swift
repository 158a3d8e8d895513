import Foundation
import Testing

/// The story of the README's chapter "The life of an index", by the built binary.
@Suite struct NightsTests {
  private static let pipeline = """
    pipeline: photos
    stages:
      photos: {kind: ingest, media: image, from: ["photos/*"], shard_size: 32, damaged_archives: keep, max_rejects: 50%}
      features: {kind: featurize, input: photos, embedder: cnn}
      index: {kind: index, input: features, type: PQ8}
      quality:
        kind: evaluate
        input: index
        queries: 40
        champion: photos
        require: {recall@10: ">= champion - 0.02", count: ">= champion * 0.9"}
      files: {kind: export, input: index, to: out/photos}
      live: {kind: publish, input: files, name: photos, link: current}

    """

  private func site() throws -> Sandbox {
    let site = try Sandbox()
    try site.write(Self.pipeline, to: "photos.yaml")
    try FileManager.default.createDirectory(atPath: site.path("photos"), withIntermediateDirectories: true)
    for name in ["scenes-0.tar", "scenes-1.tar"] {
      try FileManager.default.copyItem(atPath: Program.fixture("photos/\(name)"), toPath: site.path("photos/\(name)"))
    }
    return site
  }

  private func champion(_ site: Sandbox) throws -> String? {
    try site.vecmill("show", "photos", "--json").json["version"] as? String
  }

  @Test func threeNightsAndAnEngineer() throws {
    let site = try site()
    let first = try site.vecmill("run", "photos.yaml", "--progress", "none")
    #expect(first.status == 0, "\(first.err)")
    #expect(try champion(site) == "photos@1")

    try site.write(Self.pipeline.replacing("PQ8", with: "Flat"), to: "photos.yaml")
    let second = try site.vecmill("run", "photos.yaml", "--progress", "none")
    #expect(second.status == 0, "\(second.err)")
    #expect(try champion(site) == "photos@2")
    let metrics = try site.vecmill("show", "photos@2", "--json").json["metrics"] as? [String: Double]
    #expect(metrics?["recall@10"] == 1, "\(metrics ?? [:])")

    // The third night's archive was cut while it was copied.
    let tar = try FileHandle(forWritingTo: site.url.appending(path: "photos/scenes-1.tar"))
    try tar.truncate(atOffset: 200_000)
    let third = try site.vecmill("run", "photos.yaml", "--progress", "none")
    #expect(third.status == 4 && third.err.contains("count"), "\(third.status) \(third.err)")
    #expect(try champion(site) == "photos@2")
    #expect(site.text("current/bundle.json") == site.text("out/photos/bundle.json"))

    // The engineer tries another index, dislikes it, and goes back.
    try FileManager.default.removeItem(atPath: site.path("photos/scenes-1.tar"))
    try FileManager.default.copyItem(
      atPath: Program.fixture("photos/scenes-1.tar"), toPath: site.path("photos/scenes-1.tar"))
    try site.write(
      Self.pipeline.replacing("PQ8", with: "PQ16").replacing("link: current", with: "on_pass: challenger")
        .replacing(">= champion - 0.02", with: ">= 0.1").replacing("embedder: cnn", with: "embedder: cnn, crop: pad"),
      to: "photos.yaml")
    let fourth = try site.vecmill("run", "photos.yaml", "--progress", "none")
    #expect(fourth.status == 0, "\(fourth.err)")
    #expect(try champion(site) == "photos@2")
    #expect(try site.vecmill("promote", "photos@challenger").status == 0)
    #expect(try champion(site) == "photos@3")
    let model = try site.vecmill("show", "photos", "--json").json
    #expect(try site.vecmill("rollback", "photos", "--note", "too coarse").status == 0)
    #expect(try champion(site) == "photos@2")
    // The model went back with the index: an answer is as it was, by the embedder of its own bundle.
    let back = try site.vecmill("show", "photos", "--json").json
    func digest(_ version: [String: Any]) -> String? {
      ((version["lineage"] as? [String: Any])?["model"] as? [String: Any])?["digest"] as? String
    }
    #expect(digest(back) != nil && digest(back) != digest(model))
    let answer = try site.vecmill("search", "current", "--image", Program.fixture("queries/boat.jpg"), "-k", "3", "--json")
    #expect(answer.status == 0 && answer.out.contains("boat"), "\(answer.err)")

    let history = try site.vecmill("history", "photos", "--json")
    let events = (try JSONSerialization.jsonObject(with: Data(history.out.utf8)) as? [[String: Any]] ?? [])
      .map { "\($0["event"] ?? "") \($0["alias"] ?? "-") \($0["version"] ?? 0)" }
      .filter { !$0.hasPrefix("linked") && !$0.hasPrefix("announced") }
    #expect(
      events == [
        "published - 1", "promoted champion 1", "published - 2", "promoted champion 2", "published - 3",
        "promoted challenger 3", "promoted champion 3", "rolled-back champion 2",
      ])
    #expect(try site.vecmill("verify", ".vecmill").status == 0)
  }

  /// A model of the registry makes the vectors; when its alias moves, they are made again.
  @Test func modelsHaveTheSameLife() throws {
    let site = try site()
    try site.write(
      Self.pipeline.replacing("embedder: cnn", with: "embedder: {model: fashion}").replacing("PQ8", with: "Flat"),
      to: "photos.yaml")
    let early = try site.vecmill("run", "photos.yaml")
    #expect(early.status != 0 && early.err.contains("fashion: is not in the registry"), "\(early.status) \(early.err)")
    // Two weight files: those of the built-in networks, as bundles carry them.
    try site.write(
      """
      pipeline: weights
      params: {size: 64}
      stages:
        photos: {kind: ingest, media: image, from: [photos/scenes-0.tar]}
        features: {kind: featurize, input: photos, embedder: cnn, size: "${size}"}
        index: {kind: index, input: features, type: Flat}
        files: {kind: export, input: index, to: "weights-${size}"}

      """, to: "weights.yaml")
    for size in ["64", "96"] {
      let made = try site.vecmill("run", "weights.yaml", "--set", "size=\(size)", "--workspace", "other")
      #expect(made.status == 0, "\(made.err)")
    }
    #expect(try site.vecmill("models", "add", "weights-64/model.vmw", "--name", "fashion", "--promote").status == 0)
    let again = try site.vecmill("models", "add", "weights-64/model.vmw", "--name", "fashion")
    #expect(again.status == 0 && again.out.contains("nothing to do"), "\(again.out)\(again.err)")
    #expect(try site.vecmill("models", "add", "photos.yaml", "--name", "fashion").status == 65)
    #expect(try site.vecmill("run", "photos.yaml").status == 0)
    #expect(try site.vecmill("run", "photos.yaml").status == 0)
    #expect(try site.vecmill("models", "add", "weights-96/model.vmw", "--name", "fashion").status == 0)
    #expect(try site.vecmill("models", "promote", "fashion@2").status == 0)
    let plan = try site.vecmill("plan", "photos.yaml", "--explain")
    #expect(plan.out.contains("run    features"), "\(plan.out)")
    let second = try site.vecmill("run", "photos.yaml")
    #expect(second.status == 0, "\(second.err)")
    let models = try ["photos@1", "photos"].map { version in
      let lineage = try site.vecmill("show", version, "--json").json["lineage"] as? [String: Any]
      return (lineage?["model"] as? [String: Any])?["name"] as? String
    }
    #expect(models[0] != nil && models[0] != models[1], "\(models)")
    let difference = try site.vecmill("diff", "photos@1", "photos")
    #expect(difference.status == 0 && difference.out.contains("model"), "\(difference.out)\(difference.err)")
    #expect(try site.vecmill("models", "rollback", "fashion").out.contains("fashion@1 is the champion, after fashion@2"))
    #expect(try site.vecmill("models", "history", "fashion").status == 0)
    #expect(try site.vecmill("verify", ".vecmill").status == 0)
  }
}
