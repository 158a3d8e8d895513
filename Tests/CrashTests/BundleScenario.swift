import Artifacts
import Bundles
import SystemPackage
import VectorSearch

/// A bundle that replaces another: readers must find the old one or the new one, whole, and the new one once that was promised.
struct BundleScenario: CrashScenario {
  let name = "bundle"
  private let target = FilePath("/site/out/bundle")
  private let record = FilePath("/site/write.checkpoint.json")

  func prepare(_ disk: SimulatedDisk) throws {
    try disk.makeFolder("/site")
    try export("old", on: disk)
  }

  func work(on disk: SimulatedDisk, _ ledger: Ledger) throws {
    // As the stage does: its checkpoint, and the bundle that it tells of, or all again.
    if (try? disk.read(record)) != nil, let found = try? Bundle.describe(target, on: disk), found.pipeline == "new" { return }
    ledger.note(done: "new")
    try export("new", on: disk)
    try DurableFile.commit(Array("new".utf8), at: record, on: disk)
    ledger.promise("new")
  }

  /// An old bundle whose removal was lost; the next export removes it.
  func mayRemain(_ path: String) -> Bool { path.hasPrefix("/site/out/.bundle.") }

  private func export(_ name: String, on disk: SimulatedDisk) throws {
    let writer = try BundleWriter(at: target, on: disk)
    for file in ["index.faiss", "items.sqlite"] { try writer.add(file, content(name, file)) }
    try disk.makeFolder(writer.folder.appending("metadata"))
    try writer.add("metadata/metadata_0.parquet", content(name, "parquet"))
    try writer.commit(
      BundleDescription(
        pipeline: name, media: "text", index: .init(type: "Flat", metric: .l2, dimension: 1, count: 1), embedder: nil,
        sources: [], lineage: name))
  }

  private func content(_ name: String, _ file: String) -> [UInt8] { Array(String(repeating: "\(name) \(file) ", count: 9).utf8) }

  func fault(on disk: SimulatedDisk, _ promised: Set<String>) throws -> String? {
    let found: BundleDescription
    do { found = try Bundle.describe(target, on: disk) } catch { return "there is no whole bundle: \(error)" }
    if promised.contains("new"), found.pipeline != "new" { return "the new bundle was promised, and the old one is there" }
    for file in found.files {
      let path = target.appending(file.name)
      guard let has = try? disk.digest(path), has.size == file.size, has.digest == file.digest else {
        return "\(file.name) of the \(found.pipeline) bundle is not whole"
      }
    }
    return nil
  }
}
