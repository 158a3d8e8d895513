import CKernels
import Crypto
import Tensors
import Testing

/// SHA-256 of two streams at once, against the library's.
@Suite struct DigestTests {
  private static let isSupported = vm_sha256_supported() != 0

  @Test(.enabled(if: isSupported, "the processor has no instructions for SHA-256"))
  func twoStreamsHaveTheirOwnDigests() {
    var random = SeededRandom(seed: kernelSeed("digests"))
    for round in 0..<300 {
      let contents = (0..<2).map { _ in random.bytes(round < 200 ? round : random.below(20_000)) }
      let whole = contents.map { $0.count / 64 }
      let shared = random.below(min(whole[0], whole[1]) + 1)
      var (one, other) = (vm_sha256(), vm_sha256())
      vm_sha256_start(&one)
      vm_sha256_start(&other)
      vm_sha256_add_two(&one, contents[0], &other, contents[1], shared)
      #expect(finished(&one, contents[0], after: shared) == Array(SHA256.hash(data: contents[0])))
      #expect(finished(&other, contents[1], after: shared) == Array(SHA256.hash(data: contents[1])))
    }
  }

  private func finished(_ hash: inout vm_sha256, _ content: [UInt8], after blocks: Int) -> [UInt8] {
    let middle = Array(content[(64 * blocks)..<(content.count / 64 * 64)])
    vm_sha256_add(&hash, middle, middle.count / 64)
    var digest = [UInt8](repeating: 0, count: 32)
    let rest = Array(content[(content.count / 64 * 64)...])
    vm_sha256_finish(&hash, rest, rest.count, &digest)
    return digest
  }
}
