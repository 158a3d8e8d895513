import Embedders
import Testing

@Suite struct MurmurHash3Tests {
  /// Published values of MurmurHash3 x86 32-bit.
  @Test(
    arguments: [
      ("", 0, 0), ("", 1, 0x514E_28B7), ("hello", 0, 0x248B_FA47), ("hello, world", 0, 0x149B_BB7F),
      ("The quick brown fox jumps over the lazy dog", 0, 0x2E4F_F723), ("aaaa", 0x9747_B28C, 0x5A97_808A),
      ("aaa", 0x9747_B28C, 0x283E_0130), ("aa", 0x9747_B28C, 0x5D21_1726), ("a", 0x9747_B28C, 0x7FA0_9EA6),
    ] as [(String, UInt32, UInt32)])
  func knownValues(_ text: String, _ seed: UInt32, _ expected: UInt32) {
    let bytes = Array(text.utf8)
    #expect(MurmurHash3.hash(bytes, bytes.indices, seed: seed) == Int32(bitPattern: expected))
  }

  @Test func aRangeIsHashedAsItsOwnBytes() {
    let bytes = Array("xxhelloyy".utf8)
    #expect(MurmurHash3.hash(bytes, 2..<7) == 0x248B_FA47)
  }
}
