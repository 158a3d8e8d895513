public import Artifacts
import FoundationEssentials
import SystemPackage

/// The events of a name in their order, each bound to the one before by its digest.
public struct RegistryHistory: Sendable, Equatable {
  /// How far a history goes, and the digest of its last line: whoever has this finds any change to what lies before.
  public struct Head: Sendable, Equatable, Codable {
    public var lines: Int
    public var bytes: Int
    public var digest: Digest
  }

  public private(set) var events: [RegistryEvent] = []
  public private(set) var head: Head

  init(of name: String) { head = Head(lines: 0, bytes: 0, digest: Digest(of: name)) }

  /// Reads a file as far as a head goes, or as far as its lines are whole.
  ///
  /// Without a head, as before the first commit, lines at the end that are no events are what a power cut left of a write.
  /// - Throws: `CorruptFile` naming the first line that does not follow from the one before, or if the head is not met.
  init(of name: String, reading bytes: [UInt8], upTo limit: Head?, path: FilePath) throws {
    self.init(of: name)
    if let limit, bytes.count < limit.bytes {
      throw CorruptFile(path, "it has \(bytes.count) bytes, and \(limit.bytes) were committed: its end was cut off")
    }
    var lines = bytes.prefix(limit?.bytes ?? bytes.count).split(separator: 10, omittingEmptySubsequences: false).dropLast()
    if limit == nil { while let last = lines.last, Self.event(Array(last)) == nil { lines.removeLast() } }
    for line in lines { try read(Array(line), path) }
    if let limit, limit != head { throw CorruptFile(path, "line \(head.lines) is not the one that was committed") }
  }

  private mutating func read(_ line: [UInt8], _ path: FilePath) throws {
    let number = head.lines + 1
    guard let event = Self.event(line) else { throw CorruptFile(path, "line \(number) is no event") }
    guard event.line == number, event.previous == head.digest else {
      throw CorruptFile(path, "line \(number) does not follow from line \(number - 1): one of them was changed, added or removed")
    }
    events.append(event)
    head = Head(lines: number, bytes: head.bytes + line.count + 1, digest: Digest(of: line))
  }

  private static func event(_ line: [UInt8]) -> RegistryEvent? {
    guard let event = try? JSONDecoder().decode(RegistryEvent.self, from: Data(line)), event.effect != nil else { return nil }
    return event
  }

  /// Adds events.
  ///
  /// - Returns: their lines.
  mutating func append(_ new: [RegistryEvent], by: String, time: String) throws -> [UInt8] {
    var bytes: [UInt8] = []
    for event in new {
      var event = event
      (event.line, event.previous, event.by, event.time) = (head.lines + 1, head.digest, by, time)
      let line = Array(try Self.encoder.encode(event))
      events.append(event)
      head = Head(lines: event.line, bytes: head.bytes + line.count + 1, digest: Digest(of: line))
      bytes += line + [10]
    }
    return bytes
  }

  private static var encoder: JSONEncoder {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return encoder
  }

  /// The versions that an alias stood on and that a roll-back goes through, the present one last: a promotion adds one, a roll-back
  /// takes the last away.
  public func trail(of alias: String) -> [Int] {
    var trail: [Int] = []
    for event in events where event.alias == alias {
      switch event.effect {
      case .promoted(_, let version): trail.append(version)
      case .rolledBack(_, let version):
        _ = trail.popLast()
        while let last = trail.last, last != version { trail.removeLast() }
      case .unaliased: trail.removeAll()
      default: break
      }
    }
    return trail
  }

  /// The publication of a version; nil if there is none.
  public func publication(of number: Int) -> RegistryEvent? {
    events.first { $0.event == .published && $0.version == number }
  }
}
