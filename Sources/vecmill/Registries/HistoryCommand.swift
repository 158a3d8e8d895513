import ArgumentParser
import Registries
import Reports

struct HistoryCommand<Place: RegistryPlace>: ReportingCommand {
  static var configuration: CommandConfiguration {
    CommandConfiguration(
      commandName: "history", abstract: "Tell all that happened to a name, the oldest first.",
      discussion: """
        Every line carries the digest of the one before; a history that was changed is refused, and vecmill verify says where.

        EXAMPLES:
          \(Place.prefix) history \(Place.example)
          \(Place.prefix) history \(Place.example) --json | jq '.[] | select(.event == "rolled-back")'
        """)
  }

  @Argument(help: "The name, such as photos.")
  var name: String
  @OptionGroup var place: RegistryOptions<Place>
  @OptionGroup var format: OutputOptions

  func run() async throws {
    let name = try RegistryReference.checkedName(name)
    let events = try place.registry.history(of: name).events
    if format.json { return try Output.json(events) }
    let table = Table(
      columns: ["time", "what", "by", "note"],
      rows: events.map { [Self.short($0.time), $0.sentence(of: name), $0.by, $0.note ?? ""] })
    // A history is read by grep as well: only a terminal cuts it.
    try Output.text(table.text(width: Output.isTerminal ? Output.columns : 1000))
  }

  /// Without the fraction of the second.
  private static func short(_ time: String) -> String {
    time.count == 24 ? String(time.prefix(19)).replacing("T", with: " ") : time
  }
}

extension RegistryEvent {
  /// In a few words: `champion: photos@7 → photos@8`.
  func sentence(of name: String) -> String {
    let subject = version.map { "\(name)@\($0)" } ?? name
    let alias = alias ?? ""
    return switch event {
    case .published, .pinned, .unpinned, .retired, .unretired: "\(subject) \(event.rawValue)"
    case .freed: "\(subject) removed by gc"
    case .promoted: "\(alias): " + (from.map { "\(name)@\($0) → " } ?? "") + subject
    case .rolledBack: "\(alias) rolled back: " + (from.map { "\(name)@\($0) → " } ?? "") + subject
    case .unaliased: "\(alias) taken off " + (from.map { "\(name)@\($0)" } ?? "")
    case .linked: "link of the \(alias)" + (note == nil ? " taken off" : "")
    case .hooked: "command of the \(alias)" + (note == nil ? " taken off" : "")
    case .announced: "link and command followed the \(alias) to \(subject)"
    case .announcementFailed: "link or command did not follow the \(alias) to \(subject)"
    }
  }
}
