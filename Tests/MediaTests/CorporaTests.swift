import Crypto
import Foundation
import Media
import Tensors
import TestSupport
import Testing

/// The corpora of other projects: nothing may crash or hang, pixels must be Pillow's, and most verdicts too.
@Suite struct CorporaTests {
  struct Verdict {
    var isOK: Bool
    var format: String
    var width: Int?
    var height: Int?
    var digest: String
  }

  private static func verdicts(_ corpus: String, in shared: String) throws -> [String: Verdict] {
    let text = String(decoding: try contents(shared + "/corpora/verdicts.tsv"), as: UTF8.self)
    var verdicts: [String: Verdict] = [:]
    for line in text.split(separator: "\n") where line.hasPrefix(corpus + "\t") {
      let cells = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
      verdicts[cells[1]] = Verdict(
        isOK: cells[3] == "ok", format: cells[4], width: Int(cells[6]), height: Int(cells[7]), digest: cells[8])
    }
    return verdicts
  }

  private static func members(_ corpus: String, in shared: String) throws -> [(name: String, bytes: [UInt8])] {
    let reader = try ArchiveReader(path: shared + "/corpora/\(corpus).tar.zst", archive: corpus)
    var members: [(String, [UInt8])] = []
    while let item = try reader.next() {
      if case .entry(let entry) = item { members.append((entry.name, try reader.bytes().get())) }
    }
    return members
  }

  private static func sha256(_ bytes: [UInt8]) -> String {
    SHA256.hash(data: bytes).map { String(format: "%02x", $0) }.joined()
  }

  struct Tally {
    var both = 0, neither = 0, onlyPillow: [String] = [], onlyVecmill: [String] = [], otherPixels: [String] = []
    var samePixels = 0
    var slowest = Duration.zero
  }

  private static func tally(_ corpus: String, in shared: String) throws -> Tally {
    let verdicts = try verdicts(corpus, in: shared)
    var tally = Tally()
    for (name, bytes) in try members(corpus, in: shared) {
      guard let verdict = verdicts[name], ["PNG", "JPEG", "-"].contains(verdict.format) else { continue }
      let start = ContinuousClock.now
      let result = Result { () throws(ImageError) in try ImageDecoder().decode(bytes) }
      tally.slowest = max(tally.slowest, ContinuousClock.now - start)
      switch (result, verdict.isOK) {
      case (.success(let image), true):
        tally.both += 1
        if verdict.format == "JPEG", image.width * image.height != (verdict.width ?? 0) * (verdict.height ?? 0) {
          tally.otherPixels.append("\(name): \(image.width)×\(image.height)")
        }
        guard verdict.format == "PNG", verdict.digest != "-" else { break }
        if try sha256(ImageDecoder().decodeRGBA(png: bytes)) == verdict.digest {
          tally.samePixels += 1
        } else {
          tally.otherPixels.append(name)
        }
      case (.failure, false): tally.neither += 1
      case (.success, false): tally.onlyVecmill.append(name)
      case (.failure(let error), true): tally.onlyPillow.append("\(name): \(error)")
      }
    }
    return tally
  }

  @Test(arguments: ["pngsuite", "image-png", "libjpeg-turbo"])
  func picturesDecodeAsPillowDecodesThem(_ corpus: String) throws {
    guard let shared = Places.shared else {
      print("skipped: no shared folder")
      return
    }
    let tally = try Self.tally(corpus, in: shared)
    print(
      "\(corpus): both \(tally.both), neither \(tally.neither), only Pillow \(tally.onlyPillow.count),",
      "only Vecmill \(tally.onlyVecmill.count), same pixels \(tally.samePixels), other \(tally.otherPixels.count),",
      "slowest \(tally.slowest)")
    if ProcessInfo.processInfo.environment["VECMILL_VERBOSE"] != nil {
      for name in tally.onlyPillow { print("  only Pillow: \(name)") }
      for name in tally.onlyVecmill { print("  only Vecmill: \(name)") }
      for name in tally.otherPixels { print("  other pixels: \(name)") }
    }
    #expect(tally.slowest < .seconds(2))
    // Ours are right: Pillow compares the transparent grey of tbbn0g04 before it spreads the 4 bits, and leaves eXIf unapplied.
    let known: Set = ["pngsuite/png/tbbn0g04.png", "image-png/bugfixes/F-exif-chunk-early.png"]
    #expect(Set(tally.otherPixels).isSubset(of: known), "\(tally.otherPixels)")
    // What only Pillow takes has damaged pixel data, of which it shows what it can.
    let damaged = ["Corrupt JPEG data", "IDAT: CRC error"]
    #expect(tally.onlyPillow.allSatisfy { line in damaged.contains { line.contains($0) } }, "\(tally.onlyPillow)")
  }

  /// What bsdtar lists of the formats that are read, Vecmill finds too; other formats are refused; offsets are right.
  @Test func archivesOfOtherProjectsDoNoHarm() throws {
    guard let shared = Places.shared else {
      print("skipped: no shared folder")
      return
    }
    let listed = try Self.listed(in: shared)
    let folder = try TemporaryFolder()
    var agreed = 0
    var refused = 0
    var others: [String] = []
    var slowest = (Duration.zero, "")
    for (name, bytes) in try Self.members("libarchive", in: shared) {
      let path = try folder.write("a", bytes)
      let start = ContinuousClock.now
      let read = ArchiveReaderTests.read(path)
      let time = ContinuousClock.now - start
      if time > slowest.0 { slowest = (time, name) }
      for (entry, content) in read.good {
        guard let offset = entry.offset else { continue }
        #expect(bytes[offset..<offset + entry.size].elementsEqual(content), "\(name), \(entry.name)")
      }
      let count = try? Self.count(path)
      if read.error?.code == .unsupportedFormat {
        refused += 1
      } else if listed[name] == count ?? -1 {
        agreed += 1
      } else {
        others.append("\(name): listed \(listed[name] ?? -2), found \(count ?? -1), \(read.error?.description ?? "")")
      }
    }
    print("libarchive: \(agreed) agree, \(refused) of other formats, \(others.count) differ, slowest \(slowest)")
    if ProcessInfo.processInfo.environment["VECMILL_VERBOSE"] != nil {
      for line in others { print("  differs: \(line)") }
    }
    #expect(slowest.0 < .seconds(10))
    #expect(agreed > 160 && others.count < 10, "\(others)")
  }

  /// Entries of an archive, contents not read.
  private static func count(_ path: String) throws -> Int {
    let reader = try ArchiveReader(path: path)
    while try reader.next() != nil {}
    return reader.entryCount
  }

  /// What archives.tsv says: entries, or -1 for an error.
  private static func listed(in shared: String) throws -> [String: Int] {
    let text = String(decoding: try contents(shared + "/corpora/archives.tsv"), as: UTF8.self)
    var listed: [String: Int] = [:]
    for line in text.split(separator: "\n").dropFirst() {
      let cells = line.split(separator: "\t")
      listed[String(cells[0])] = cells[2] == "ok" ? Int(cells[3]) : -1
    }
    return listed
  }
}
