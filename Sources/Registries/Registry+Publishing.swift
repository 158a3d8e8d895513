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

  /// What is said of a version when it is published, and what becomes of it.
  public struct Publication: Sendable {
    public var name: String
    public var metrics: [String: Double]
    public var lineage: RegistryLineage
    /// The alias that is put on the version in the same step; nil for none.
    public var alias: String?
    /// Where that alias must stand.
    public var expectation: Expectation
    /// Whether a version that was published before, and had the alias once, gets it again: not where a run only goes on after
    /// it was killed, because somebody may have rolled back since.
    public var promotesAgain: Bool
    public var note: String?
    /// What follows the alias from now on; nil leaves that as it is.
    public var link: FilePath?
    public var hook: String?

    public init(
      as name: String, metrics: [String: Double] = [:], lineage: RegistryLineage = RegistryLineage(), alias: String? = nil,
      expecting expectation: Expectation = .anything, promotesAgain: Bool = true, note: String? = nil
    ) {
      self.name = name
      self.metrics = metrics
      self.lineage = lineage
      self.alias = alias
      self.expectation = expectation
      self.promotesAgain = promotesAgain
      self.note = note
    }
  }

  /// Makes a bundle the next version of a name, with bytes of its own.
  ///
  /// A bundle that is a version already is not published again; the alias moves all the same.
  /// - Throws: `BundleError` if the bundle is damaged; `RegistryError`; `DiskError`.
  public func publish(bundle: FilePath, _ publication: Publication) throws -> Published {
    // Copied before the lock is taken: it may be long.
    try publish(publication) { try BundleCopy(of: bundle, into: $0.versionsPath) }
  }

  /// As above, in short.
  public func publish(
    bundle: FilePath, as name: String, metrics: [String: Double] = [:], lineage: RegistryLineage = RegistryLineage(),
    alias: String? = nil, expecting expectation: Expectation = .anything, note: String? = nil
  ) throws -> Published {
    try publish(
      bundle: bundle,
      Publication(as: name, metrics: metrics, lineage: lineage, alias: alias, expecting: expectation, note: note))
  }

  func publish(_ publication: Publication, _ make: (RegistryFolder) throws -> any VersionContent) throws -> Published {
    let folder = folder(try RegistryReference.checkedName(publication.name))
    if let alias = publication.alias { _ = try RegistryReference.checkedAlias(alias) }
    try disk.makeFolder(folder.versionsPath)
    let content = try make(folder)
    var change = try RegistryChange(folder)
    let known = try known(content, in: change)
    let version = try known ?? add(content, publication, to: &change)
    Self.addFollowers(publication, to: &change)
    var move: Move?
    if let alias = publication.alias, known == nil || publication.promotesAgain || !change.hadAlias(alias, version.number) {
      try publication.expectation.check(change.state, change.history, alias, of: folder.name)
      if known != nil, change.state.aliases[alias] != version.number { try requireSound(version) }
      move = try Self.promote(version.number, to: alias, note: publication.note, in: &change)
    }
    _ = try change.commit(by: author)
    return Published(version: version, isNew: known == nil, move: move)
  }

  /// Before the alias moves, so that they follow this move already.
  private static func addFollowers(_ publication: Publication, to change: inout RegistryChange) {
    let alias = publication.alias ?? RegistryReference.champion
    if let link = publication.link.map({ LinkSwitch.fromRoot($0).string }), change.state.links[alias] != link {
      change.add(RegistryEvent(.linked, alias: alias, note: link))
    }
    if let hook = publication.hook, change.state.hooks[alias] != hook {
      change.add(RegistryEvent(.hooked, alias: alias, note: hook))
    }
  }

  /// The last version with the same content, if its bytes are still there.
  private func known(_ content: any VersionContent, in change: borrowing RegistryChange) throws -> RegistryVersion? {
    let digest = content.digest
    guard let number = change.history.events.last(where: { $0.event == .published && $0.content == digest })?.version,
      !change.state.freed.contains(number)
    else { return nil }
    return try change.folder.version(number)
  }

  private func add(
    _ content: any VersionContent, _ publication: Publication, to change: inout RegistryChange
  ) throws -> RegistryVersion {
    let number = change.state.latest + 1
    let folder = change.folder
    let document = RegistryDocument(
      name: folder.name, number: number, kind: content.kind, content: content.digest, files: content.files,
      metrics: publication.metrics, lineage: publication.lineage, by: author.by, time: author.now())
    try content.place(at: folder.contentPath(number))
    let file = try DurableFile.commit(SealedJSON.bytes(of: document), at: folder.documentPath(number), on: disk)
    change.add(
      RegistryEvent(
        .published, version: number, document: file.digest, content: document.content, note: publication.note))
    return RegistryVersion(document: document, folder: folder.contentPath(number))
  }
}
