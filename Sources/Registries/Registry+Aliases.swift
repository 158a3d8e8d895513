public import Artifacts

extension Registry {
  /// An alias that moved, or did not have to.
  public struct Move: Sendable, Equatable {
    public var alias: String
    public var from: Int?
    public var to: Int
    public var isNew: Bool { from != to }
  }

  /// Where an alias must stand for a change to be made: what was judged by an older state is not done.
  public enum Expectation: Sendable, Equatable {
    case anything
    /// On this version, or on none.
    case version(Int?)
    /// On a version with this content, or on none.
    case content(Digest?)

    func check(
      _ state: RegistryState, _ history: RegistryHistory, _ alias: String, of name: String
    ) throws(RegistryError) {
      let number = state.aliases[alias]
      let before: String
      switch self {
      case .anything: return
      case .version(let expected):
        if number == expected { return }
        before = expected.map { "\(name)@\($0)" } ?? "on none"
      case .content(let expected):
        if number.flatMap({ history.publication(of: $0)?.content }) == expected { return }
        before = expected.map { "another, of digest \($0.hex.prefix(12))…," } ?? "on none"
      }
      let now = number.map { "is \(name)@\($0) now" } ?? "is on no version now"
      throw RegistryError(
        .moved, "\(name)@\(alias)", "\(now), and was \(before) when this began; look at it and try again")
    }
  }

  /// Puts an alias on a version.
  ///
  /// - Throws: `RegistryError` if the version is retired or gone, the alias is not where it was expected, or another process is
  ///   changing the name.
  public func promote(
    _ reference: RegistryReference, to alias: String = RegistryReference.champion,
    expecting expectation: Expectation = .anything, note: String? = nil
  ) throws -> Move {
    let name = reference.name
    let alias = try RegistryReference.checkedAlias(alias)
    _ = try state(of: name)
    var change = try RegistryChange(folder(name))
    let number = try number(of: reference, in: change.state)
    try expectation.check(change.state, change.history, alias, of: name)
    let move = try Self.promote(number, to: alias, note: note, in: &change)
    _ = try change.commit(by: author)
    return move
  }

  static func promote(
    _ number: Int, to alias: String, note: String?, in change: inout RegistryChange
  ) throws(RegistryError) -> Move {
    let subject = "\(change.folder.name)@\(number)"
    if change.state.retired.contains(number) {
      throw RegistryError(.refused, subject, "was retired, so it cannot be promoted")
    }
    if change.state.freed.contains(number) {
      throw RegistryError(.refused, subject, "was removed by gc; only its record is left")
    }
    let move = Move(alias: alias, from: change.state.aliases[alias], to: number)
    if move.isNew { change.add(RegistryEvent(.promoted, version: number, alias: alias, from: move.from, note: note)) }
    return move
  }

  /// Puts an alias back on the version it had before the last promotion; again and again it goes further back, and a promotion
  /// begins anew from where the alias is then. Versions that were retired or removed meanwhile are passed over.
  ///
  /// - Throws: `RegistryError` if there is nothing to go back to.
  public func rollBack(
    _ name: String, alias: String = RegistryReference.champion, expecting expectation: Expectation = .anything,
    note: String? = nil
  ) throws -> Move {
    _ = try state(of: name)
    var change = try RegistryChange(folder(name))
    try expectation.check(change.state, change.history, alias, of: name)
    let (current, target) = try Self.step(back: alias, of: name, change.state, change.history)
    change.add(RegistryEvent(.rolledBack, version: target, alias: alias, from: current, note: note))
    _ = try change.commit(by: author)
    return Move(alias: alias, from: current, to: target)
  }

  /// The version that a roll-back would put an alias on.
  ///
  /// - Throws: `RegistryError` if there is nothing to go back to.
  public func predecessor(of name: String, on alias: String = RegistryReference.champion) throws -> RegistryVersion {
    let target = try Self.step(back: alias, of: name, state(of: name), history(of: name)).target
    return try folder(name).version(target)
  }

  private static func step(
    back alias: String, of name: String, _ state: RegistryState, _ history: RegistryHistory
  ) throws(RegistryError) -> (current: Int, target: Int) {
    guard let current = state.aliases[alias] else {
      throw RegistryError(.missing, "\(name)@\(alias)", "there is no such alias, so nothing to roll back")
    }
    guard let target = history.trail(of: alias).dropLast().last(where: { $0 != current && state.isUsable($0) }) else {
      throw RegistryError(.refused, "\(name)@\(alias)", "is \(name)@\(current), and there is no earlier version to go back to")
    }
    return (current, target)
  }
}
