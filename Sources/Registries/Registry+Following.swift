public import SystemPackage

extension Registry {
  /// Makes a symbolic link follow an alias, now and at every move; nil takes it off and leaves the link as it is.
  ///
  /// - Throws: `RegistryError` if something else than a link has the path: the one that followed before still does.
  public func follow(_ name: String, _ alias: String, by link: FilePath?) throws {
    if let link { try LinkSwitch.check(link) }
    try setFollower(.linked, name, alias, link.map { LinkSwitch.fromRoot($0).string }) { $0.links[alias] }
  }

  /// Makes a shell command run after every move of an alias; nil takes it off.
  ///
  /// It finds `VECMILL_NAME`, `VECMILL_ALIAS`, `VECMILL_VERSION`, `VECMILL_PATH` and, if there was one, `VECMILL_PREVIOUS` in its
  /// environment.
  public func follow(_ name: String, _ alias: String, byRunning command: String?) throws {
    try setFollower(.hooked, name, alias, command) { $0.hooks[alias] }
  }

  private func setFollower(
    _ kind: RegistryEvent.Kind, _ name: String, _ alias: String, _ value: String?, known: (RegistryState) -> String?
  ) throws {
    let alias = try RegistryReference.checkedAlias(alias)
    _ = try state(of: name)
    var change = try RegistryChange(folder(name))
    guard known(change.state) != value else { return }
    change.add(RegistryEvent(kind, alias: alias, note: value))
    _ = try change.commit(by: author)
  }

  /// Switches links and runs commands that did not follow their alias yet: after a change, or after one whose process died.
  ///
  /// A command may run a second time if the process dies while it runs. What fails stays due and is tried again the next time.
  /// - Returns: what happened, alias by alias.
  public func announce(_ name: String) throws -> [Announcement] {
    let due = try state(of: name).unannounced.sorted()
    return try due.compactMap { alias in
      guard let switched = try switchLink(name, alias) else { return nil }
      var fault = switched.fault
      if fault == nil, let command = switched.hook {
        fault = HookProcess.run(command, environment: environment(name, alias, switched))
      }
      try note(name, alias, switched.version, fault)
      return Announcement(
        alias: alias, version: switched.version, link: switched.link, hook: switched.hook, fault: fault)
    }
  }

  /// An alias that was followed, or could not be.
  public struct Announcement: Sendable, Equatable, Encodable {
    public var alias: String
    public var version: Int
    public var link: String?
    public var hook: String?
    /// What failed; the alias stands where it was put all the same.
    public var fault: String?
  }

  private struct Switched {
    var version: Int
    var previous: Int?
    var link: String?
    var hook: String?
    var fault: String?
  }

  /// Under the lock, so that of two promotions the later one's link stays.
  private func switchLink(_ name: String, _ alias: String) throws -> Switched? {
    let change = try RegistryChange(folder(name), waiting: .seconds(10))
    let state = change.state
    guard state.unannounced.contains(alias), let version = state.aliases[alias] else { return nil }
    var switched = Switched(
      version: version, previous: change.history.events.last { $0.alias == alias && $0.version == version }?.from,
      link: state.links[alias], hook: state.hooks[alias])
    guard let link = switched.link else { return switched }
    do { try LinkSwitch.point(FilePath(link), at: change.folder.contentPath(version)) } catch { switched.fault = "\(error)" }
    return switched
  }

  private func note(_ name: String, _ alias: String, _ version: Int, _ fault: String?) throws {
    var change = try RegistryChange(folder(name), waiting: .seconds(10))
    // Somebody moved it on meanwhile, and follows that.
    guard change.state.aliases[alias] == version, change.state.unannounced.contains(alias) else { return }
    change.add(RegistryEvent(fault == nil ? .announced : .announcementFailed, version: version, alias: alias, note: fault))
    _ = try change.commit(by: author)
  }

  private func environment(_ name: String, _ alias: String, _ switched: Switched) -> [String: String] {
    let content = folder(name).contentPath(switched.version)
    var environment = [
      "VECMILL_NAME": name, "VECMILL_ALIAS": alias, "VECMILL_VERSION": String(switched.version),
      "VECMILL_PATH": LinkSwitch.absolute(content).string,
    ]
    environment["VECMILL_PREVIOUS"] = switched.previous.map(String.init)
    return environment
  }
}
