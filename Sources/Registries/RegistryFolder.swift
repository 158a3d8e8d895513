import Artifacts
import SystemPackage

/// The folder of one name: `versions/7.json` and `versions/7/`, `aliases.json`, `history.jsonl`.
struct RegistryFolder: Sendable {
  let name: String
  let path: FilePath
  let disk: any Disk

  var versionsPath: FilePath { path.appending("versions") }
  var aliasesPath: FilePath { path.appending("aliases.json") }
  var historyPath: FilePath { path.appending("history.jsonl") }
  var lockPath: FilePath { path.appending("lock") }

  func documentPath(_ number: Int) -> FilePath { versionsPath.appending("\(number).json") }
  func contentPath(_ number: Int) -> FilePath { versionsPath.appending("\(number)") }

  /// What is true of the name; nil if nothing was ever committed to it.
  ///
  /// Without `aliases.json`, as when it was removed, the history's whole lines tell.
  func state() throws -> RegistryState? {
    guard let bytes = try content(of: aliasesPath) else {
      let history = try history(upTo: nil)
      return history.events.isEmpty ? nil : RegistryState(history)
    }
    return try SealedJSON.decode(RegistryState.self, from: bytes, path: aliasesPath)
  }

  /// The history up to a head: what lies behind that was never committed.
  func history(upTo head: RegistryHistory.Head?) throws -> RegistryHistory {
    try RegistryHistory(of: name, reading: try content(of: historyPath) ?? [], upTo: head, path: historyPath)
  }

  /// A version that is known to be committed.
  func version(_ number: Int) throws -> RegistryVersion {
    let path = documentPath(number)
    let document = try SealedJSON.decode(RegistryDocument.self, from: disk.read(path), path: path)
    guard document.name == name, document.number == number else {
      throw CorruptFile(path, "it is \(document.name)@\(document.number)")
    }
    return RegistryVersion(document: document, folder: contentPath(number))
  }

  /// Makes events true: first the lines of the history, then, as the one step that counts, the state.
  func commit(_ lines: [UInt8], at offset: Int, _ state: RegistryState) throws {
    try disk.append(lines, to: historyPath, at: offset)
    try DurableFile.commit(SealedJSON.bytes(of: state), at: aliasesPath, on: disk)
  }

  private func content(of path: FilePath) throws(DiskError) -> [UInt8]? {
    do { return try disk.read(path) } catch {
      if error.errno == .noSuchFileOrDirectory { return nil }
      throw error
    }
  }
}
