import Foundation
import Media
import SystemPackage
import Tensors
import TestSupport

/// Archives that change from night to night by chance: entries come, go, change, move and double, archives as well.
struct NightlyCorpus {
  enum Medium { case picture, text }

  struct Entry {
    var name: String
    /// Number of its content.
    var content: Int
  }

  let medium: Medium
  /// By archive name, in the order packed.
  private(set) var archives: [String: [Entry]] = [:]
  private var random: SeededRandom
  private var nextContent = 0
  private var nextName = 0
  private let pictures: [[UInt8]]

  init(_ medium: Medium, seed: UInt64) throws {
    self.medium = medium
    random = SeededRandom(seed: seed)
    pictures = medium == .picture ? try Self.pictures() : []
    for number in 0..<3 { archives["a\(number).tar"] = (0..<8 + random.below(12)).map { _ in newEntry() } }
  }

  /// The JPEGs of a fixture.
  private static func pictures() throws -> [[UInt8]] {
    var options = RecordOptions(media: .image)
    options.keepsPayloads = true
    options.shardSize = 12
    let stream = try RecordStream(path: Places.fixtures + "/photos/scenes-0.tar", archive: "a", options: options)
    return try stream.nextShard()!.payloads.filter { $0.starts(with: [0xFF, 0xD8]) }
  }

  /// Contents that are in the archives now.
  var contents: Set<Int> { Set(archives.values.joined().map(\.content)) }
  var count: Int { archives.values.reduce(0) { $0 + $1.count } }

  private mutating func newEntry() -> Entry {
    defer { (nextContent, nextName) = (nextContent + 1, nextName + 1) }
    return Entry(name: "e\(nextName)", content: nextContent)
  }

  /// A night's changes.
  mutating func edit() {
    for _ in 0..<1 + random.below(6) {
      let names = archives.keys.sorted()
      let name = names[random.below(names.count)]
      switch random.below(8) {
      case 0: archives[name]!.insert(newEntry(), at: random.below(archives[name]!.count + 1))
      case 1: if archives[name]!.count > 1 { archives[name]!.remove(at: random.below(archives[name]!.count)) }
      case 2: archives[name]![random.below(archives[name]!.count)].content = newEntry().content
      case 3: move(from: name, to: names[random.below(names.count)])
      case 4:  // the same content once more
        var copy = newEntry()
        copy.content = archives[name]![random.below(archives[name]!.count)].content
        archives[name]!.append(copy)
      case 5: shuffle(name)
      case 6: archives["b\(nextName).tar"] = (0..<1 + random.below(9)).map { _ in newEntry() }
      default: if names.count > 2 { archives[name] = nil }
      }
    }
  }

  /// Packs all that there is in another order and under other names of archives.
  mutating func repackAll() {
    let entries = archives.keys.sorted().flatMap { archives[$0]! }
    archives = [:]
    for (number, entry) in entries.enumerated() { archives["r\(number * 2 / entries.count).tar", default: []].append(entry) }
    for name in archives.keys.sorted() { shuffle(name) }
  }

  private mutating func move(from one: String, to other: String) {
    guard archives[one]!.count > 1 else { return }
    let entry = archives[one]!.remove(at: random.below(archives[one]!.count))
    archives[other]!.insert(entry, at: random.below(archives[other]!.count + 1))
  }

  private mutating func shuffle(_ name: String) {
    for place in archives[name]!.indices.dropLast() {
      archives[name]!.swapAt(place, place + random.below(archives[name]!.count - place))
    }
  }

  /// Writes all archives into a folder, in place of those there.
  func write(to folder: TemporaryFolder) throws {
    let root = folder.path.appending("archives").string
    try? FileManager.default.removeItem(atPath: root)
    for (name, entries) in archives {
      var tar: [UInt8] = []
      for entry in entries { tar += Self.member(fileName(entry), bytes(of: entry.content)) }
      try folder.write("archives/\(name)", tar + [UInt8](repeating: 0, count: 1024))
    }
  }

  private func fileName(_ entry: Entry) -> String { entry.name + (medium == .picture ? ".jpg" : ".txt") }

  /// Every eleventh picture is one that cannot be decoded to its end.
  func isBroken(_ content: Int) -> Bool { medium == .picture && content % 11 == 5 }

  private func bytes(of content: Int) -> [UInt8] {
    guard medium == .picture else {
      return Array(
        "Text \(content) tells of \(content % 7) \(["boats", "hills", "bread"][content % 3]) and of \(content * content).".utf8)
    }
    let picture = pictures[content % pictures.count]
    let comment = Array("content \(content)".utf8)
    let marked = picture[..<2] + [0xFF, 0xFE, 0, UInt8(comment.count + 2)] + comment + picture[2...]
    return isBroken(content) ? Array(marked.prefix(marked.count / 3)) : Array(marked)
  }

  private static func member(_ name: String, _ bytes: [UInt8]) -> [UInt8] {
    var header = [UInt8](repeating: 0, count: 512)
    func put(_ text: String, at offset: Int) { header.replaceSubrange(offset..<offset + text.utf8.count, with: text.utf8) }
    func octal(_ value: Int, _ digits: Int) -> String {
      let text = String(value, radix: 8)
      return String(repeating: "0", count: digits - text.count) + text
    }
    put(name, at: 0)
    put("0000644", at: 100)
    put(octal(bytes.count, 11), at: 124)
    put(octal(0, 11), at: 136)
    put("        ", at: 148)
    put("0", at: 156)
    put("ustar\u{0}00", at: 257)
    put(octal(header.reduce(0) { $0 + Int($1) }, 6) + "\u{0} ", at: 148)
    return header + bytes + [UInt8](repeating: 0, count: (512 - bytes.count % 512) % 512)
  }
}
