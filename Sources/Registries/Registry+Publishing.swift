import Artifacts
import Bundles
public import SystemPackage

extension Registry {
  /// A version as publishing left it.
  public struct Published: Sendable {
    public var version: RegistryVersion
    /// False if the same bytes were published before: then nothing was added.
    public var isNew: Bool
    /// Where the alias that was asked for went.
    public var move: Move?
  }

  /// Makes a bundle the next version of a name, with bytes of its own, and puts an alias on it in the same step.
  ///
  /// A bundle that is a version already is not published again; the alias moves all the same.
  /// - Parameters:
  ///   - alias: to be put on the version; nil for none.
  ///   - expectation: where that alias must stand.
  /// - Throws: `BundleError` if the bundle is damaged; `RegistryError`; `DiskError`.
  public func publish(
    bundle: FilePath, as name: String, metrics: [String: Double] = [:], lineage: RegistryLineage = RegistryLineage(),
    alias: String? = nil, expecting expectation: Expectation = .anything, note: String? = nil
  ) throws -> Published {
    let name = try RegistryReference.checkedName(name)
    let alias = try alias.map { text throws(RegistryError) in try RegistryReference.checkedAlias(text) }
    let folder = folder(name)
    try disk.makeFolder(folder.versionsPath)
    // Copied before the lock is taken: it may be long.
    let copy = try BundleCopy(of: bundle, into: folder.versionsPath)
    var change = try RegistryChange(folder)
    if let alias { try expectation.check(change.state, alias, of: name) }
    let known = try known(copy.descriptionFile.digest, in: change)
    let version = try known ?? add(copy, metrics, lineage, note, to: &change)
    let move = try alias.map { alias throws(RegistryError) in
      try Self.promote(version.number, to: alias, note: note, in: &change)
    }
    _ = try change.commit(by: author)
    return Published(version: version, isNew: known == nil, move: move)
  }

  /// The last version with the same content, if its bytes are still there.
  private func known(_ content: Digest, in change: borrowing RegistryChange) throws -> RegistryVersion? {
    guard let number = change.history.events.last(where: { $0.event == .published && $0.content == content })?.version,
      !change.state.freed.contains(number)
    else { return nil }
    return try change.folder.version(number)
  }

  private func add(
    _ copy: BundleCopy, _ metrics: [String: Double], _ lineage: RegistryLineage, _ note: String?, to change: inout RegistryChange
  ) throws -> RegistryVersion {
    let number = change.state.latest + 1
    let folder = change.folder
    let document = RegistryDocument(
      name: folder.name, number: number, kind: .bundle, content: copy.descriptionFile.digest, files: [copy.descriptionFile],
      metrics: metrics, lineage: lineage, by: author.by, time: author.now())
    try copy.place(at: folder.contentPath(number))
    let file = try DurableFile.commit(SealedJSON.bytes(of: document), at: folder.documentPath(number), on: disk)
    change.add(
      RegistryEvent(.published, version: number, document: file.digest, content: document.content, note: note))
    return RegistryVersion(document: document, folder: folder.contentPath(number))
  }
}
