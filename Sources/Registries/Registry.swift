public import Artifacts
public import SystemPackage

/// Numbered immutable versions of bundles or models by name, aliases that move between them, and the history of it all.
///
/// Readers take no lock: every change of a name becomes true in one step, the replacement of its `aliases.json`.
public struct Registry: Sendable {
  public let path: FilePath
  public let disk: any Disk
  let author: RegistryAuthor

  /// - Parameter folder: `registry` of a workspace, or `models`; it need not exist.
  public init(folder: FilePath, disk: any Disk = SystemDisk(), author: RegistryAuthor = .current) {
    path = folder
    self.disk = disk
    self.author = author
  }

  /// Names with at least one version, in the order of their bytes.
  public func names() throws -> [String] {
    try disk.list(path).filter { name in
      guard (try? RegistryReference.checkedName(name)) != nil else { return false }
      return try folder(name).state() != nil
    }
  }

  /// What is true of a name.
  ///
  /// - Throws: `RegistryError` if there is no such name; `CorruptFile`.
  public func state(of name: String) throws -> RegistryState {
    if let state = try folder(name).state() { return state }
    let known = try names()
    let hint = known.isEmpty ? "nothing was published yet" : "it has \(known.joined(separator: ", "))"
    throw RegistryError(.missing, name, "is not in the registry \(path); \(hint)")
  }

  /// The committed history of a name, held against its chain of digests.
  public func history(of name: String) throws -> RegistryHistory {
    try folder(name).history(upTo: state(of: name).head)
  }

  /// The version that a reference means now.
  ///
  /// - Throws: `RegistryError` if there is none; `CorruptFile` if its document is damaged.
  public func resolve(_ reference: RegistryReference) throws -> RegistryVersion {
    try folder(reference.name).version(number(of: reference, in: state(of: reference.name)))
  }

  /// The version on an alias; nil if the name or the alias does not exist, as before the first promotion.
  public func version(of name: String, on alias: String = RegistryReference.champion) throws -> RegistryVersion? {
    let folder = folder(name)
    guard let number = try folder.state()?.aliases[alias] else { return nil }
    return try folder.version(number)
  }

  /// Every version of a name, the oldest first.
  public func versions(of name: String) throws -> [RegistryVersion] {
    let folder = folder(name)
    return try (1...max(1, state(of: name).latest)).map(folder.version)
  }

  func folder(_ name: String) -> RegistryFolder { RegistryFolder(name: name, path: path.appending(name), disk: disk) }

  func number(of reference: RegistryReference, in state: RegistryState) throws(RegistryError) -> Int {
    switch reference.selector {
    case .number(let number):
      if number <= state.latest { return number }
      throw RegistryError(.missing, "\(reference)", "there is no such version; the last is \(reference.name)@\(state.latest)")
    case .alias(let alias):
      if let number = state.aliases[alias] { return number }
      let known = state.aliases.keys.sorted()
      throw RegistryError(
        .missing, "\(reference.name)@\(alias)",
        "there is no such alias; \(known.isEmpty ? "no version was promoted yet" : "there is \(known.joined(separator: ", "))")")
    }
  }
}
