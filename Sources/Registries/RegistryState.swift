import Artifacts

/// What is true of a name now: the sum of its history, kept as `aliases.json`, sealed.
///
/// Replacing that file is what commits a change: it carries the head of the history that it is the sum of, so that readers who find
/// it see the change whole or not at all, and lines behind the head never were.
public struct RegistryState: Sendable, Equatable, Codable {
  public static let currentFormat = 1

  public internal(set) var format = currentFormat
  public internal(set) var head: RegistryHistory.Head
  /// Number of the last version published.
  public internal(set) var latest = 0
  public internal(set) var aliases: [String: Int] = [:]
  /// Versions kept whatever their age.
  public internal(set) var pinned: Set<Int> = []
  /// Versions that may not be promoted any more.
  public internal(set) var retired: Set<Int> = []
  /// Versions of which the bytes were removed.
  public internal(set) var freed: Set<Int> = []
  /// Symbolic links, and commands, that follow an alias.
  public internal(set) var links: [String: String] = [:]
  public internal(set) var hooks: [String: String] = [:]
  /// Aliases that moved and whose link and command did not follow yet.
  public internal(set) var unannounced: Set<String> = []

  /// Whether an alias may be put on a version: it has its bytes and was not taken out of use.
  public func isUsable(_ number: Int) -> Bool { !retired.contains(number) && !freed.contains(number) }

  init(_ history: RegistryHistory) {
    head = history.head
    for event in history.events { add(event) }
  }

  /// The state after further events.
  func after(_ history: RegistryHistory, adding events: ArraySlice<RegistryEvent>) -> RegistryState {
    var state = self
    for event in events { state.add(event) }
    state.head = history.head
    return state
  }

  private mutating func add(_ event: RegistryEvent) {
    // No event comes here without an effect: `RegistryHistory` refuses lines that have none.
    switch event.effect {
    case .published(let version): latest = version
    case .promoted(let alias, let version), .rolledBack(let alias, let version): move(alias, to: version)
    case .unaliased(let alias): move(alias, to: nil)
    case .pinned(let version): pinned.insert(version)
    case .unpinned(let version): pinned.remove(version)
    case .retired(let version): retired.insert(version)
    case .unretired(let version): retired.remove(version)
    case .freed(let version): freed.insert(version)
    case .linked(let alias, let link):
      links[alias] = link
      // A link follows at once, a command only the next move.
      if link != nil, aliases[alias] != nil { unannounced.insert(alias) }
    case .hooked(let alias, let command): hooks[alias] = command
    case .announced(let alias): unannounced.remove(alias)
    case .nothing, nil: break
    }
  }

  private mutating func move(_ alias: String, to version: Int?) {
    aliases[alias] = version
    if version != nil, links[alias] != nil || hooks[alias] != nil {
      unannounced.insert(alias)
    } else {
      unannounced.remove(alias)
    }
  }

  /// Aliases that stand on a version, by name.
  public func aliases(of number: Int) -> [String] { aliases.filter { $0.value == number }.keys.sorted() }

  private enum CodingKeys: String, CodingKey {
    case format, head, latest, aliases, pinned, retired, freed, links, hooks, unannounced
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(format, forKey: .format)
    try container.encode(head, forKey: .head)
    try container.encode(latest, forKey: .latest)
    try container.encode(aliases, forKey: .aliases)
    // In order: a set has none, and the same state shall have the same bytes.
    try container.encode(pinned.sorted(), forKey: .pinned)
    try container.encode(retired.sorted(), forKey: .retired)
    try container.encode(freed.sorted(), forKey: .freed)
    try container.encode(links, forKey: .links)
    try container.encode(hooks, forKey: .hooks)
    try container.encode(unannounced.sorted(), forKey: .unannounced)
  }
}
