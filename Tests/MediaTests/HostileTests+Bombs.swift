import Media
import TestSupport
import Testing

/// The campaign's bombs, made in a moment: a deflate stream of zeros is one block, as often as wanted.
extension HostileTests {
  @Test func anEntryOfAGibibyteIsTooLarge() throws {
    let zip = Zip(name: "b.png", checksum: 0x5B64_C2B0, packed: Bomb.deflated(1024), size: 1 << 30)
    let found = try verdict("b.zip", zip.bytes)
    #expect(found.failure == nil && found.good == 0 && found.rejects == [.entryTooLarge], "\(found)")
  }

  /// So that the others fail by what they are, and not because their stream is wrong.
  @Test func theBlocksOfABombAreSound() throws {
    let zip = Zip(name: "b.png", checksum: 0xA738_EA1C, packed: Bomb.deflated(1), size: 1 << 20)
    let found = try verdict("b.zip", zip.bytes)
    #expect(found.failure == nil && found.rejects == [.unsupportedFormat], "\(found)")
  }

  @Test func anEntryThatLiesAboutItsSizeIsNotInflated() throws {
    let zip = Zip(name: "b.png", checksum: 0x5B64_C2B0, packed: Bomb.deflated(1024), size: 100)
    let found = try verdict("b.zip", zip.bytes)
    #expect(found.failure == nil && found.good == 0 && found.rejects == [.sizeMismatch], "\(found)")
  }

  @Test func entriesThatShareTheirBytesFailTheArchive() throws {
    let zip = Zip(name: "b", checksum: 0, packed: Bomb.deflated(1024), size: 1 << 30, listed: 2000)
    let found = try verdict("b.zip", zip.bytes)
    #expect(found.failure == .overlappingEntries && found.good == 0, "\(found)")
  }

  /// docs/hostile-input.md says why the archive fails here and the entry in expected.json.
  @Test func fourGibibytesInGzipAreGivenUp() throws {
    let found = try verdict("b.tar.gz", Bomb.tarGz(name: "b.png", mebibytes: 4096))
    #expect(found.failure == .inflatesTooMuch && found.good == 0, "\(found)")
  }

  @Test func zerosWithoutATarFailTheArchive() throws {
    let found = try verdict("b.tar.xz", ArchiveMaker.xz([UInt8](repeating: 0, count: 20 << 20)))
    #expect(found.failure == .malformed && found.good == 0, "\(found)")
  }

  @Test func everyEmptyEntryIsAReject() throws {
    let found = try verdict("b.tar.gz", ArchiveMaker.make(.gzip, (0..<10_000).map { ("\($0).png", []) }))
    #expect(found.failure == nil && found.good == 0 && found.rejects == Array(repeating: .empty, count: 10_000))
  }

  @Test func aLineOf64MebibytesIsTooLong() throws {
    let found = try verdict("b.txt", [UInt8](repeating: UInt8(ascii: "a"), count: 64 << 20))
    #expect(found.failure == nil && found.good == 0 && found.rejects == [.lineTooLong], "\(found)")
  }

  private func verdict(
    _ name: String, _ bytes: [UInt8]
  ) throws -> (good: Int, rejects: [RejectCode], failure: RejectCode?, message: String) {
    let folder = try TemporaryFolder()
    return verdict(try folder.write(name, bytes))
  }
}

/// https://www.rfc-editor.org/rfc/rfc1951: streams that become a thousand times larger.
private enum Bomb {
  /// A block of dynamic codes for 1 MiB of zeros and a flush, as zlib writes it when nothing came before.
  private static let mebibyte: [UInt8] =
    [0xEC, 0xC1, 0x31, 0x01, 0, 0, 0, 0xC2, 0xA0, 0xF5, 0x4F, 0x6D, 0x08, 0x5F, 0xA0] + [UInt8](repeating: 0, count: 1016)
    + [0x3E, 0x03, 0, 0, 0xFF, 0xFF]

  static func deflated(_ mebibytes: Int) -> [UInt8] {
    (0..<mebibytes).flatMap { _ in mebibyte } + [3, 0]
  }

  static func tarGz(name: String, mebibytes: Int) -> [UInt8] {
    let header = tarHeader(name, size: mebibytes << 20)
    let stored = [0] + little(UInt16(header.count)) + little(~UInt16(header.count)) + header
    return [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3] + stored + deflated(mebibytes) + [UInt8](repeating: 0, count: 8)
  }

  private static func tarHeader(_ name: String, size: Int) -> [UInt8] {
    var header = [UInt8](repeating: 0, count: 512)
    func put(_ text: String, at place: Int) { header.replaceSubrange(place..<place + text.utf8.count, with: text.utf8) }
    func octal(_ number: Int, _ width: Int) -> String {
      let digits = String(number, radix: 8)
      return String(repeating: "0", count: width - digits.count) + digits
    }
    put(name, at: 0)
    put(octal(size, 11), at: 124)
    put("        ", at: 148)
    put("0", at: 156)
    put("ustar\0" + "00", at: 257)
    put(octal(header.reduce(0) { $0 + Int($1) }, 6) + "\0", at: 148)
    return header
  }
}

/// A zip of one deflated entry, listed once or many times.
private struct Zip {
  var name: String
  var checksum: UInt32
  var packed: [UInt8]
  var size: UInt32
  var listed = 1

  var bytes: [UInt8] {
    let facts = little(checksum) + little(UInt32(packed.count)) + little(size) + little(UInt16(name.utf8.count))
    let time: [UInt8] = [0, 0, 33, 0]
    let local: [UInt8] = [0x50, 0x4B, 3, 4, 20, 0, 0, 0, 8, 0] + time + facts + [0, 0] + Array(name.utf8) + packed
    let central: [UInt8] =
      [0x50, 0x4B, 1, 2, 20, 0, 20, 0, 0, 0, 8, 0] + time + facts + [UInt8](repeating: 0, count: 16) + Array(name.utf8)
    let count = little(UInt16(listed))
    let end: [UInt8] =
      [0x50, 0x4B, 5, 6, 0, 0, 0, 0] + count + count + little(UInt32(central.count * listed)) + little(UInt32(local.count)) + [
        0, 0,
      ]
    return local + (0..<listed).flatMap { _ in central } + end
  }
}

private func little(_ number: some FixedWidthInteger) -> [UInt8] {
  (0..<number.bitWidth / 8).map { UInt8(truncatingIfNeeded: number >> ($0 * 8)) }
}
