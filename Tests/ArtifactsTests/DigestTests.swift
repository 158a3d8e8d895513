import Artifacts
import SystemPackage
import TestSupport
import Testing

@Suite struct DigestTests {
  @Test func itIsSHA256() {
    #expect(Digest(of: "abc").hex == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
  }

  @Test func leadingBitsAreNeverNegative() {
    #expect(Digest(of: "abc").leading63Bits == 0x5d3c_0b5f_c780_e7f5)
    for number in 0..<100 { #expect(Digest(of: "\(number)").leading63Bits >= 0) }
  }

  @Test(arguments: ["", "abc", String(repeating: "g", count: 64), String(repeating: "A", count: 64)])
  func onlyLowerCaseHexIsTaken(_ text: String) {
    #expect(Digest(hex: text) == nil)
  }

  @Test func aFileHasTheDigestOfItsBytes() throws {
    let folder = try TemporaryFolder()
    let bytes = (0..<3_000_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
    let committed = try DurableFile.commit(bytes, at: folder.path.appending("f"))
    #expect(committed.digest == Digest(of: bytes) && committed.size == bytes.count)
    #expect(try Digest.ofFile(at: folder.path.appending("f")).digest == committed.digest)
  }

  /// Two files at a time go through pieces of 256 KiB and blocks of 64 bytes.
  @Test func manyFilesHaveTheDigestsOfTheirBytes() throws {
    let folder = try TemporaryFolder()
    let piece = 256 << 10
    let sizes = [0, 5_000_000, 1, 63, 64, 65, piece - 1, piece, piece + 1, 2 * piece + 55, 0, 119, 3 * piece, 127, 128, 900_001]
    let files = try sizes.enumerated().map { number, size in
      let bytes = (0..<size).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ number &+ $0 >> 8) }
      try DurableFile.commit(bytes, at: folder.path.appending("\(number)"))
      return (path: folder.path.appending("\(number)"), digest: Digest(of: bytes))
    }
    for count in 0...files.count {
      let found = try Digest.ofFiles(at: files.prefix(count).map(\.path))
      #expect(found.map(\.size) == Array(sizes.prefix(count)))
      #expect(found.map(\.digest) == files.prefix(count).map(\.digest))
    }
    #expect(throws: DiskError.self) { try Digest.ofFiles(at: [files[1].path, folder.path.appending("none"), files[2].path]) }
  }
}
