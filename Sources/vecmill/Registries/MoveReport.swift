import Registries
import Reports
import SystemPackage

/// An alias that moved, and who followed it.
struct MoveReport: Encodable {
  var name: String
  var alias: String
  var version: Int
  var previous: Int?
  var isNew: Bool
  var path: String
  var announcements: [Registry.Announcement]

  /// Lets link and command follow.
  init(_ name: String, _ move: Registry.Move, in registry: Registry) throws {
    self.name = name
    alias = move.alias
    version = move.to
    previous = move.from
    isNew = move.isNew
    path = try registry.record(of: RegistryReference(name: name, selector: .number(move.to))).folder.string
    announcements = try registry.announce(name)
  }

  var sentence: String {
    guard isNew else { return "\(name)@\(version) is the \(alias) already" }
    return "\(name)@\(version) is the \(alias)" + (previous.map { ", after \(name)@\($0)" } ?? "")
  }

  /// - Throws: `AlreadyTold` if what should have followed did not.
  func tell(_ format: OutputOptions) throws {
    if format.json { try Output.json(self) } else { try Output.line(SafeText.escaped(sentence)) }
    try Self.tell(announcements, of: name, format)
  }

  static func tell(_ announcements: [Registry.Announcement], of name: String, _ format: OutputOptions) throws {
    for done in announcements where done.fault == nil && !format.json {
      if let link = done.link { try Output.line(SafeText.escaped("\(link) leads there")) }
      if let hook = done.hook { try Output.line(SafeText.escaped("ran \(hook)")) }
    }
    try tellFaults(announcements, of: name)
  }

  /// - Throws: `AlreadyTold` if there were any.
  static func tellFaults(_ announcements: [Registry.Announcement], of name: String) throws {
    var failed = false
    for done in announcements {
      guard let fault = done.fault else { continue }
      failed = true
      Output.note(
        SafeText.escaped("vecmill: warning: \(name)@\(done.version) is the \(done.alias), but \(fault); promote again to retry"))
    }
    if failed { throw AlreadyTold(status: .stageFailed) }
  }
}
