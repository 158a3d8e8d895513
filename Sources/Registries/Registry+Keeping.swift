extension Registry {
  /// Keeps a version whatever its age. Nothing happens if it is kept already.
  public func pin(_ reference: RegistryReference) throws -> Int {
    try mark(reference, .pinned) { state, number throws(RegistryError) in
      if state.freed.contains(number) {
        throw RegistryError(.refused, "\(reference)", "was removed by gc; there is nothing left to keep")
      }
      return !state.pinned.contains(number)
    }
  }

  /// Lets a version go when its time comes.
  public func unpin(_ reference: RegistryReference) throws -> Int {
    try mark(reference, .unpinned) { state, number throws(RegistryError) in state.pinned.contains(number) }
  }

  /// Takes a version out of use: it cannot be promoted, no roll-back stops at it, and gc may remove it.
  ///
  /// - Throws: `RegistryError` if an alias stands on it or it is pinned.
  public func retire(_ reference: RegistryReference, note: String? = nil) throws -> Int {
    try mark(reference, .retired, note: note) { state, number throws(RegistryError) in
      if let alias = state.aliases(of: number).first {
        throw RegistryError(.refused, "\(reference.name)@\(number)", "is the \(alias); promote another version first")
      }
      if state.pinned.contains(number) {
        throw RegistryError(.refused, "\(reference.name)@\(number)", "is pinned; unpin it first")
      }
      return !state.retired.contains(number)
    }
  }

  /// Takes a retirement back.
  public func unretire(_ reference: RegistryReference) throws -> Int {
    try mark(reference, .unretired) { state, number throws(RegistryError) in state.retired.contains(number) }
  }

  private func mark(
    _ reference: RegistryReference, _ kind: RegistryEvent.Kind, note: String? = nil,
    if isNews: (RegistryState, Int) throws(RegistryError) -> Bool
  ) throws -> Int {
    _ = try state(of: reference.name)
    var change = try RegistryChange(folder(reference.name))
    let number = try number(of: reference, in: change.state)
    guard try isNews(change.state, number) else { return number }
    change.add(RegistryEvent(kind, version: number, note: note))
    _ = try change.commit(by: author)
    return number
  }

  /// Takes an alias off; a roll-back cannot go behind that.
  public func remove(alias: String, of name: String) throws {
    _ = try state(of: name)
    var change = try RegistryChange(folder(name))
    guard let number = change.state.aliases[alias] else {
      throw RegistryError(.missing, "\(name)@\(alias)", "there is no such alias")
    }
    change.add(RegistryEvent(.unaliased, alias: alias, from: number))
    _ = try change.commit(by: author)
  }
}
