import Artifacts
import FoundationEssentials
import Pipelines
import Quality
import Bundles
import Registries
import SystemPackage

/// `publish`: the bundle becomes a version of the registry, and the champion if its gates say so.
struct PublishStage: Stage {
  /// Folder of the bundle.
  let bundle: String
  let name: String
  /// What a version whose gates are met gets; nil for nothing.
  let alias: String?
  let link: String?
  let hook: String?

  var output: ArtifactType { .version }
  var isPublication: Bool { true }
  var phases: [Phase] { [Phase("publish", .whole)] }

  /// The version lies in the registry, which may have lost it, or in which its link and command are still due.
  func staleness(of summary: Summary, in workspace: Workspace) -> String? {
    let registry = Registry.bundles(of: workspace)
    guard let number = summary.whole("publish")?.notes["version"]?.integer,
      let state = try? registry.state(of: name), number <= state.latest
    else { return "the registry does not have its version" }
    let due = state.unannounced.contains { state.aliases[$0] == number }
    return due ? "link and command of \(name)@\(number) are still due" : nil
  }

  func run(_ job: Job) async throws {
    let registry = Registry.bundles(of: job.workspace)
    let missed = try job.gates.filter { try GateReport.read($0.artifact)?.isMet == false }.map(\.stage)
    if alias != nil, !missed.isEmpty {
      job.note("\(missed.joined(separator: ", ")) was missed: the version is kept, and no alias is put on it")
    }
    var publication = Registry.Publication(
      as: name, metrics: try metrics(job), lineage: try lineage(job), alias: missed.isEmpty ? alias : nil,
      expecting: try expectation(job), promotesAgain: false)
    publication.link = link.map { FilePath($0) }
    publication.hook = hook
    let published = try registry.publish(bundle: FilePath(bundle), publication)
    let version = published.version
    job.note(published.isNew ? "published as \(version.reference)" : "is \(version.reference) already")
    if let move = published.move, move.isNew { job.note(Self.sentence(move, name)) }
    try announce(registry, job)
    try job.commit(rows: version.lineage.index?.count ?? 0, notes: ["version": .integer(version.number)])
    job.advance(items: version.lineage.index?.count ?? 0)
  }

  private static func sentence(_ move: Registry.Move, _ name: String) -> String {
    "\(name)@\(move.to) is the \(move.alias)" + (move.from.map { ", after \(name)@\($0)" } ?? "")
  }

  /// Figures of every gate.
  private func metrics(_ job: Job) throws -> [String: Double] {
    try job.gates.reduce(into: [:]) { metrics, gate in
      guard let report = try GateReport.read(gate.artifact) else { return }
      metrics.merge(report.metrics) { $1 }
    }
  }

  /// What the bundle tells, and where the pipeline came from.
  private func lineage(_ job: Job) throws -> RegistryLineage {
    var lineage = try RegistryLineage(ofBundle: FilePath(bundle))
    guard let origin = job.origin else { return lineage }
    lineage.file = origin.file
    lineage.text = origin.text
    lineage.textDigest = Digest(of: origin.text)
    lineage.parameters = origin.parameters
    lineage.program = origin.program
    lineage.commit = GitCommit.of(folder: FilePath(origin.file).removingLastComponent())
    return lineage
  }

  /// A gate that compared with the champion let this version take that one's place, and no other's.
  private func expectation(_ job: Job) throws -> Registry.Expectation {
    guard alias == RegistryReference.champion else { return .anything }
    for gate in job.gates {
      guard let planned = gate.recipe.materials["champion"], comparesWithChampion(gate.recipe) else { continue }
      return .content(Digest(hex: planned))
    }
    return .anything
  }

  private func comparesWithChampion(_ recipe: Recipe) -> Bool {
    struct Options: Decodable { var champion: String? }
    let options = try? JSONDecoder().decode(Options.self, from: Data(recipe.options.utf8))
    guard let text = options?.champion, let reference = try? RegistryReference(text) else { return false }
    return reference == RegistryReference(name: name)
  }

  /// Lets link and command follow.
  private func announce(_ registry: Registry, _ job: Job) throws {
    for announcement in try registry.announce(name) {
      if let fault = announcement.fault { throw AnnouncementFailed(name: name, announcement: announcement, fault: fault) }
      job.note("\(announcement.link ?? "the command") followed \(name)@\(announcement.version)")
    }
  }
}

/// A version was promoted, and what should follow it did not.
struct AnnouncementFailed: Error, CustomStringConvertible {
  let name: String
  let announcement: Registry.Announcement
  let fault: String

  var description: String {
    "\(name)@\(announcement.version) is the \(announcement.alias), but \(fault); the next run tries again"
  }
}
