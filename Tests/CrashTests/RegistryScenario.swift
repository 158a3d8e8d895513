import Artifacts
import Registries
import SystemPackage

/// An alias that goes to and fro between two versions: each move is a line of history and a state, and both or neither.
struct RegistryScenario: CrashScenario {
  let name = "registry"
  private static let moves = 5
  private let folder = FilePath("/work/.vecmill/registry")

  /// Two versions, as publishing notes them; their bytes play no part.
  func prepare(_ disk: SimulatedDisk) throws {
    try disk.makeFolder(folder.appending("texts"))
    var (previous, lines) = (Digest(of: "texts"), [UInt8]())
    for version in 1...2 {
      let line = Array(
        #"{"by":"ann","event":"published","line":\#(version),"previous":"\#(previous)","time":"now","version":\#(version)}"#.utf8)
      (previous, lines) = (Digest(of: line), lines + line + [10])
    }
    try disk.append(lines, to: folder.appending("texts").appending("history.jsonl"), at: 0)
    _ = try registry(disk).promote(RegistryReference("texts@2"), to: "first")
  }

  private func registry(_ disk: SimulatedDisk) -> Registry {
    Registry(folder: folder, disk: disk, author: RegistryAuthor(by: "ann") { "now" })
  }

  private func made(_ registry: Registry) throws -> Int {
    try registry.history(of: "texts").events.count { $0.event == .promoted && $0.alias == "champion" }
  }

  func work(on disk: SimulatedDisk, _ ledger: Ledger) throws {
    let registry = registry(disk)
    for move in try made(registry)..<Self.moves {
      ledger.note(done: "move \(move)")
      _ = try registry.promote(RegistryReference("texts@\(1 + move % 2)"), to: "champion")
      ledger.promise("move \(move)")
    }
  }

  func fault(on disk: SimulatedDisk, _ promised: Set<String>) throws -> String? {
    let registry = registry(disk)
    do {
      let made = try made(registry)
      if let lost = promised.filter({ !(0..<made).map { "move \($0)" }.contains($0) }).min() { return "\(lost) is gone" }
      let alias = try registry.state(of: "texts").aliases["champion"]
      return alias == (made == 0 ? nil : 1 + (made - 1) % 2) ? nil : "after \(made) moves the alias is on \(alias ?? 0)"
    } catch {
      return "\(error)"
    }
  }
}
