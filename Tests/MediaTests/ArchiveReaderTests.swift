import Foundation
import Glibc
import Media
import Tensors
import TestSupport
import TestSupport
import TestSupport
import TestSupport
import SystemPackage
import Testing

@Suite struct ArchiveReaderTests {
  static let members: [(name: String, bytes: [UInt8])] = {
    var random = SeededRandom(seed: 11)
    return (0..<40).map { i in
      let size = [0, 1, 511, 512, 513, 70_000][i % 6]
      // Half of the bytes repeat, so that compression has something to do.
      return ("folder/entry-\(i).bin", (0..<size).map { $0 % 2 == 0 ? UInt8(i) : UInt8(random.below(256)) })
    }
  }()

  /// Everything of an archive, or the error that ended it.
  static func read(_ path: String, limits: ArchiveLimits = .init()) -> (
    good: [(ArchiveEntry, [UInt8])], rejects: [Reject], error: ArchiveError?
  ) {
    var good: [(ArchiveEntry, [UInt8])] = []
    var rejects: [Reject] = []
    do throws(ArchiveError) {
      let reader = try ArchiveReader(path: path, archive: "a", limits: limits)
      while let item = try reader.next() {
        switch item {
        case .reject(let reject): rejects.append(reject)
        case .entry(let entry):
          switch try reader.bytes() {
          case .success(let bytes): good.append((entry, bytes))
          case .failure(let reject): rejects.append(reject)
          }
        }
      }
      return (good, rejects, nil)
    } catch { return (good, rejects, error) }
  }

  @Test(arguments: ArchiveMaker.Kind.allCases)
  func everyKindGivesNamesAndBytesBack(_ kind: ArchiveMaker.Kind) throws {
    let folder = try TemporaryFolder()
    let path = try folder.write("a.bin", ArchiveMaker.make(kind, Self.members))
    let (good, rejects, error) = Self.read(path)
    #expect(error == nil && rejects.isEmpty)
    let expected = Dictionary(uniqueKeysWithValues: Self.members.map { ($0.name, $0.bytes) })
    #expect(good.count == expected.count)
    for (entry, bytes) in good { #expect(expected[entry.name] == bytes, "\(entry.name)") }
    #expect(good.map(\.0.ordinal) == Array(0..<expected.count))
  }

  @Test(arguments: [ArchiveMaker.Kind.tar, .storedZip])
  func offsetsOfUncompressedEntriesAreRight(_ kind: ArchiveMaker.Kind) throws {
    let folder = try TemporaryFolder()
    let archive = ArchiveMaker.make(kind, Self.members)
    let path = try folder.write("a", archive)
    for (entry, bytes) in Self.read(path).good {
      let offset = try #require(entry.offset)
      #expect(Array(archive[offset..<offset + entry.size]) == bytes)
    }
  }

  @Test(arguments: [ArchiveMaker.Kind.gzip, .zip, .sevenZip])
  func compressedEntriesHaveNoOffset(_ kind: ArchiveMaker.Kind) throws {
    let folder = try TemporaryFolder()
    let path = try folder.write("a", ArchiveMaker.make(kind, [("a.txt", Array(repeating: 65, count: 5000))]))
    #expect(Self.read(path).good.first?.0.offset == nil)
  }

  @Test(arguments: ArchiveMaker.Kind.allCases)
  func namesOfAnyScriptSurvive(_ kind: ArchiveMaker.Kind) throws {
    let names = ["grün.jpg", "日本語/写真.png", "e\u{301}.png", "😀.png"]
    let folder = try TemporaryFolder()
    let path = try folder.write("a", ArchiveMaker.make(kind, names.map { ($0, [1]) }))
    // 7z holds UTF-16, which libarchive gives composed.
    let expected = kind == .sevenZip ? ["grün.jpg", "日本語/写真.png", "é.png", "😀.png"] : names
    let read = Self.read(path)
    #expect(read.error == nil)
    #expect(Set(read.good.map { Array($0.0.name.utf8) }) == Set(expected.map { Array($0.utf8) }))
  }

  @Test(arguments: ArchiveMaker.Kind.allCases)
  func aCutArchiveFailsAfterItsGoodEntries(_ kind: ArchiveMaker.Kind) throws {
    let folder = try TemporaryFolder()
    let whole = ArchiveMaker.make(kind, Self.members)
    for share in [0.2, 0.5, 0.9] {
      let path = try folder.write("a", whole.prefix(Int(Double(whole.count) * share)))
      let (good, _, error) = Self.read(path)
      #expect(error != nil, "\(kind) cut at \(share)")
      #expect(error?.archive == "a")
      for (entry, bytes) in good { #expect(Self.members.contains { $0.name == entry.name && $0.bytes == bytes }) }
    }
  }

  @Test func aFolderIsReadInTheOrderOfItsPaths() throws {
    let folder = try TemporaryFolder()
    for name in ["b/x.txt", "a.txt", "b.txt", "B.txt", "b/a/y.txt"] { try folder.write(name, name.utf8) }
    let read = Self.read(folder.path.string)
    #expect(read.good.map(\.0.name) == ["B.txt", "a.txt", "b.txt", "b/a/y.txt", "b/x.txt"])
    #expect(read.good.allSatisfy { $0.0.name.utf8.elementsEqual($0.1) })
  }

  @Test func ceilingsAreCounted() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write("a", ArchiveMaker.make(.gzip, Self.members))
    var limits = ArchiveLimits()
    limits.maxEntryBytes = 600
    let small = Self.read(path, limits: limits)
    #expect(
      small.rejects.allSatisfy { $0.code == .entryTooLarge } && small.rejects.count == 6 && small.good.count == 34)
    limits = ArchiveLimits()
    limits.maxEntries = 10
    #expect(Self.read(path, limits: limits).error?.code == .tooManyEntries)
    for kind in [ArchiveMaker.Kind.gzip, .zstd, .zip, .sevenZip] {
      limits = ArchiveLimits()
      limits.maxArchiveBytes = 100_000
      let path = try folder.write("b", ArchiveMaker.make(kind, Self.members))
      #expect(Self.read(path, limits: limits).error?.code == .archiveTooLarge, "\(kind)")
    }
  }

  @Test func aFileThatIsNoArchiveIsRefused() throws {
    let folder = try TemporaryFolder()
    #expect(Self.read(try folder.write("a.tar", Array("no archive".utf8))).error?.code == .unsupportedFormat)
    #expect(Self.read(folder.path.string + "/absent.tar").error?.code == .unreadable)
    #expect(Self.read("/dev/null").error?.code == .unreadable)
  }

  /// Right archives of kinds that few programs write.
  @Test(arguments: [
    "bzip2.zip", "lzma.zip", "piped.zip", "zip64.zip", "gnu.tar", "pax.tar", "members.tar.gz", "prefixed.zip",
  ])
  func oddArchivesAreRead(_ name: String) throws {
    let path = Places.fixtures + "/archives/" + name
    let read = Self.read(path)
    if name == "prefixed.zip" {
      #expect(read.error?.code == .unsupportedFormat, "a program is no archive, whatever hangs on it")
      return
    }
    #expect(read.error == nil && read.rejects.isEmpty, "\(read)")
    #expect(read.good.map(\.0.name) == ["a.txt", "sub/" + String(repeating: "long", count: 40) + ".txt", "c.txt"])
    let texts = ["one\n", "two\n", "three\n"]
    let reader = try EntryReader(path: path, archive: "a")
    for (i, (entry, bytes)) in read.good.enumerated() {
      #expect(bytes == Array(String(repeating: texts[i], count: [300, 1, 40][i]).utf8))
      let record = Record(
        id: 1, archive: "a", entry: entry.name, ordinal: entry.ordinal, offset: entry.offset, size: bytes.count,
        digest: "", format: "text")
      #expect(try reader.bytes(of: record) == bytes)
    }
  }

  @Test func linksAndPipesInAFolderAreRejected() throws {
    let folder = try TemporaryFolder()
    try folder.write("good.txt", "good".utf8)
    #expect(symlink("good.txt", folder.path.string + "/link.txt") == 0)
    #expect(symlink("/etc", folder.path.string + "/etc") == 0)
    #expect(mkfifo(folder.path.string + "/pipe.txt", 0o600) == 0)
    try folder.write("bell\u{7}.txt", "bad name".utf8)
    let read = Self.read(folder.path.string)
    #expect(read.error == nil && read.good.map(\.0.name) == ["good.txt"])
    #expect(
      read.rejects.map { "\($0.entry ?? ""): \($0.code.rawValue)" }
        == ["bell\\x07.txt: unsafe-name", "etc: link", "link.txt: link", "pipe.txt: special-file"])
    #expect(Self.read(folder.path.string + "/pipe.txt").error?.code == .unreadable)
  }

  /// Names are bytes: those that are no UTF-8 are escaped, and found again by the escaped name.
  @Test func namesThatAreNoUTF8AreEscaped() throws {
    let raw: [UInt8] = [0xFF, 0xC3, 0xA9, 0xC0, 0x80, 0xE2, 0x82]
    let escaped = "\\xffé\\xc0\\x80\\xe2\\x82.txt"
    let folder = try TemporaryFolder()
    var zip = ArchiveMaker.make(.storedZip, [("XXXXXXX.txt", Array("content".utf8))])
    for at in 0..<zip.count - 7 where zip[at..<at + 7].allSatisfy({ $0 == UInt8(ascii: "X") }) {
      zip.replaceSubrange(at..<at + 7, with: raw)
    }
    #expect(Self.read(try folder.write("a.zip", zip)).good.map(\.0.name) == [escaped])
    try FileManager.default.createDirectory(atPath: folder.path.string + "/f", withIntermediateDirectories: true)
    let path = Array((folder.path.string + "/f/").utf8CString.dropLast()) + raw.map { CChar(bitPattern: $0) }
    let file = open(path + ".txt".utf8CString, O_CREAT | O_WRONLY, 0o600)
    #expect(file >= 0 && write(file, "content", 7) == 7 && close(file) == 0)
    let (entry, bytes) = try #require(Self.read(folder.path.string + "/f").good.first)
    #expect(entry.name == escaped)
    let record = Record(
      id: 1, archive: "a", entry: entry.name, ordinal: 0, size: bytes.count, digest: "", format: "text")
    #expect(try EntryReader(path: folder.path.string + "/f", archive: "a").bytes(of: record) == bytes)
  }
}
