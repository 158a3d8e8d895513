import CKernels

/// SHA-256 of contents as they come, two at a time where the processor has instructions for it: alone, each round of one
/// waits for the round before. 3.2 GB/s instead of 2.1 on an AMD EPYC.
struct PairedDigests {
  /// A content's number, and its digest in hexadecimal digits.
  typealias Done = (number: Int, digest: String)

  private struct Lane {
    let number: Int
    let bytes: [UInt8]
    var position = 0
    var hash = vm_sha256()

    init(_ number: Int, _ bytes: [UInt8]) {
      self.number = number
      self.bytes = bytes
      vm_sha256_start(&hash)
    }

    var blocks: Int { (bytes.count - position) / 64 }

    /// Digests what is left of it.
    func finished() -> Done {
      var hash = self.hash
      var digest = [UInt8](repeating: 0, count: 32)
      bytes.withUnsafeBufferPointer { content in
        guard let start = content.baseAddress else { return vm_sha256_finish(&hash, nil, 0, &digest) }
        let rest = position + 64 * blocks
        vm_sha256_add(&hash, start + position, blocks)
        vm_sha256_finish(&hash, start + rest, content.count - rest, &digest)
      }
      return (number, ContentDigest.hex(digest: digest))
    }
  }

  /// A content that is longer than the one beside which it was digested.
  private var waiting: Lane?
  private let isPaired = vm_sha256_supported() != 0

  /// Longer contents are not held for the next one.
  static let longestHeld = 4 << 20

  /// Takes a content; the digests that are ready now, in any order.
  mutating func add(_ bytes: [UInt8], number: Int) -> [Done] {
    guard isPaired, bytes.count <= Self.longestHeld else { return [(number, ContentDigest.hex(of: bytes))] }
    var new = Lane(number, bytes)
    guard var old = waiting else {
      waiting = new
      return []
    }
    let blocks = min(old.blocks, new.blocks)
    let (oldBytes, newBytes) = (old.bytes, new.bytes)
    oldBytes.withUnsafeBufferPointer { one in
      newBytes.withUnsafeBufferPointer { other in
        guard blocks > 0, let one = one.baseAddress, let other = other.baseAddress else { return }
        vm_sha256_add_two(&old.hash, one + old.position, &new.hash, other + new.position, blocks)
      }
    }
    old.position += 64 * blocks
    new.position += 64 * blocks
    if new.blocks > 0 {
      waiting = new
      return [old.finished()]
    }
    waiting = old.blocks > 0 ? old : nil
    return old.blocks > 0 ? [new.finished()] : [old.finished(), new.finished()]
  }

  /// The digest of the content that no other one came for.
  mutating func finish() -> Done? {
    defer { waiting = nil }
    return waiting?.finished()
  }
}
