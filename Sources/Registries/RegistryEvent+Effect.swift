extension RegistryEvent {
  /// What an event changes, with all that it needs for that.
  enum Effect: Equatable {
    case published(Int)
    case promoted(alias: String, to: Int)
    case rolledBack(alias: String, to: Int)
    case unaliased(String)
    case pinned(Int), unpinned(Int), retired(Int), unretired(Int), freed(Int)
    case linked(alias: String, to: String?)
    case hooked(alias: String, to: String?)
    case announced(String)
    case nothing
  }

  /// Nil if the event lacks what its kind needs: such a line is damaged, however well its digests fit.
  var effect: Effect? {
    switch event {
    case .published: version.map(Effect.published)
    case .promoted: moved(Effect.promoted)
    case .rolledBack: moved(Effect.rolledBack)
    case .unaliased: alias.map(Effect.unaliased)
    case .pinned: version.map(Effect.pinned)
    case .unpinned: version.map(Effect.unpinned)
    case .retired: version.map(Effect.retired)
    case .unretired: version.map(Effect.unretired)
    case .freed: version.map(Effect.freed)
    case .linked: alias.map { .linked(alias: $0, to: note) }
    case .hooked: alias.map { .hooked(alias: $0, to: note) }
    case .announced: alias.map(Effect.announced)
    case .announcementFailed: Effect.nothing
    }
  }

  private func moved(_ effect: (String, Int) -> Effect) -> Effect? {
    guard let alias, let version else { return nil }
    return effect(alias, version)
  }
}
