import Foundation
import Media
import TestSupport
import TestSupport
import TestSupport
import TestSupport
import SystemPackage
import Testing

/// The hostile inputs of the campaign, as its expected.json says.
@Suite struct HostileTests {
  struct Expectation: Decodable {
    var action: String
    var reason: String
    var entries: Int?
    var good: Int?
  }

  /// What a whole ingest and decode of one file ends in.
  func verdict(_ path: String) -> (good: Int, rejects: [RejectCode], failure: RejectCode?, message: String) {
    let isText = path.hasSuffix(".txt") || path.hasSuffix(".jsonl")
    var options = RecordOptions(media: isText ? .text : .image)
    options.texts.unit = .line
    options.keepsPayloads = true
    var good = 0
    var rejects: [RejectCode] = []
    do throws(ArchiveError) {
      let stream = try RecordStream(path: path, archive: "a", options: options)
      while let shard = try stream.nextShard() {
        rejects += shard.rejects.map(\.code)
        for bytes in shard.payloads {
          do throws(ImageError) {
            if !isText { _ = try ImageDecoder(minimumSide: 64).decode(bytes) }
            good += 1
          } catch { rejects.append(error.code) }
        }
      }
      let counts = stream.counts
      #expect(
        counts.entries == counts.wholeRecords + counts.sidecars + counts.entryRejects + counts.containers, "\(path)")
      return (good, rejects, nil, "")
    } catch { return (good, rejects, error.code, error.message) }
  }

  /// Where another ending than that of expected.json is right; docs/hostile-input.md says why.
  private static let otherwise = ["bomb-4GiB.tar.gz": "fail-archive"]

  private func check(_ name: String, _ expected: Expectation, in folder: String) {
    let (good, rejects, failure, _) = verdict(folder + "/" + name)
    let found =
      "\(name): \(good) good, rejects \(Set(rejects.map(\.rawValue)).sorted()), failure \(failure?.rawValue ?? "none")"
    switch Self.otherwise[name] ?? expected.action {
    case "keep", "keep-escaped":
      #expect(failure == nil && rejects.isEmpty, "\(found)")
    case "skip-entry", "reject-line":
      #expect(failure == nil && !rejects.isEmpty, "\(found)")
    case "fail-archive":
      #expect(failure != nil, "\(found)")
    case "fail-stage":
      #expect(rejects.count == expected.entries, "every entry is a reject, so max_rejects ends the stage: \(found)")
    default:
      #expect(failure == nil, "\(found)")
    }
    if let wanted = expected.good { #expect(good == wanted, "\(found)") }
  }

  @Test func theCampaignsFilesEndAsExpected() throws {
    guard let shared = Places.shared else {
      print("skipped: no shared folder")
      return
    }
    let folder = try TemporaryFolder()
    let script = shared + "/campaign/hostile/make_hostile.py"
    _ = try #require(try output(of: "python3", [script, "--quick", folder.path.string]))
    let json = try Data(contentsOf: URL(fileURLWithPath: folder.path.string + "/expected.json"))
    let expected = try JSONDecoder().decode([String: Expectation].self, from: json)
    #expect(expected.count > 60)
    for (name, expectation) in expected.sorted(by: { $0.key < $1.key }) { check(name, expectation, in: folder.path.string) }
  }

  /// All 75, of which the large ones take half a minute to make: VECMILL_HOSTILE names the folder that make_hostile.py has filled.
  @Test func allFilesOfAFolderEndAsExpected() throws {
    guard let folder = ProcessInfo.processInfo.environment["VECMILL_HOSTILE"] else {
      print("skipped: VECMILL_HOSTILE is not set")
      return
    }
    let json = try Data(contentsOf: URL(fileURLWithPath: folder + "/expected.json"))
    let expected = try JSONDecoder().decode([String: Expectation].self, from: json)
    for (name, expectation) in expected.sorted(by: { $0.key < $1.key }) {
      let start = ContinuousClock.now
      check(name, expectation, in: folder)
      let time = ContinuousClock.now - start
      if time > .seconds(1) { print("\(name): \(time)") }
    }
  }

  @Test(arguments: [
    ("truncated.tar", 1, RejectCode.truncated), ("truncated.tar.gz", -1, .truncated),
    ("wrong-checksum.tar.gz", 3, .checksum), ("truncated.tar.xz", -1, .truncated),
    ("truncated.tar.bz2", -1, .truncated), ("no-directory.zip", 0, .truncated),
  ])
  func damagedFixturesFail(_ name: String, _ good: Int, _ code: RejectCode) {
    let found = verdict(Places.fixtures + "/hostile/" + name)
    #expect(found.failure == code, "\(name): \(found), \(found.message)")
    if good >= 0 { #expect(found.good == good, "\(name): \(found)") }
  }

  @Test(arguments: [
    ("wrong-checksum.zip", 2, [RejectCode.checksum]),
    ("names.tar", 3, [.unsafeName, .unsafeName, .unsafeName, .duplicateName]),
    (
      "pictures.tar", 2,
      [.tooManyPixels, .empty, .nestedArchive, .unsupportedFormat, .unsupportedFormat, .truncated, .truncated]
    ),
  ])
  func hostileFixturesLoseOnlyWhatIsBad(_ name: String, _ good: Int, _ rejects: [RejectCode]) {
    let found = verdict(Places.fixtures + "/hostile/" + name)
    #expect(found.failure == nil && found.good == good && found.rejects == rejects, "\(name): \(found)")
  }
}
