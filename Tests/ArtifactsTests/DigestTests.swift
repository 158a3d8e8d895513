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
}
