import CKernels
public import SystemPackage

extension Digest {
  /// Sizes and digests of files, in order: two files at a time where the processor has instructions for SHA-256, because each round of
  /// one digest waits for the round before. 3.2 GB/s instead of 2.1 on an AMD EPYC.
  public static func ofFiles(at paths: [FilePath]) throws(DiskError) -> [(size: Int, digest: Digest)] {
    var found: [(size: Int, digest: Digest)] = []
    guard vm_sha256_supported() != 0, paths.count > 1 else {
      for path in paths { found.append(try ofFile(at: path)) }
      return found
    }
    found = Array(repeating: (0, Digest(of: [])), count: paths.count)
    var (one, other): (FileLane?, FileLane?)
    var next = 0
    func advance(_ lane: inout FileLane?) throws(DiskError) {
      while true {
        if let lane, try lane.fill() { return }
        if let ended = lane { found[ended.number] = (ended.size, ended.finished()) }
        lane = nil
        guard next < paths.count else { return }
        lane = try FileLane(next, paths[next])
        next += 1
      }
    }
    while true {
      try advance(&one)
      try advance(&other)
      guard let one, let other else { break }
      let blocks = min(one.blocks, other.blocks)
      vm_sha256_add_two(&one.hash, one.data, &other.hash, other.data, blocks)
      one.drop(blocks)
      other.drop(blocks)
    }
    for last in [one, other] {
      guard let last else { continue }
      while try last.fill() { last.addAll() }
      found[last.number] = (last.size, last.finished())
    }
    return found
  }
}

/// A file on its way through the digest, a piece at a time.
private final class FileLane {
  let number: Int
  var hash = vm_sha256()
  private(set) var size = 0
  private let reader: FileReader
  /// What is left of the piece that was read last.
  private var piece = UnsafeRawBufferPointer(start: nil, count: 0)

  init(_ number: Int, _ path: FilePath) throws(DiskError) {
    self.number = number
    reader = try FileReader(path)
    vm_sha256_start(&hash)
  }

  var data: UnsafePointer<UInt8>? { piece.baseAddress?.assumingMemoryBound(to: UInt8.self) }
  var blocks: Int { piece.count / 64 }

  /// Reads on where no whole block is left; false at the end of the file, where less than a block may be.
  func fill() throws(DiskError) -> Bool {
    // Only the last piece is no multiple of a block.
    while piece.isEmpty {
      guard let more = try reader.next() else { return false }
      piece = more
      size += more.count
    }
    return blocks > 0
  }

  func drop(_ blocks: Int) { piece = UnsafeRawBufferPointer(rebasing: piece[(64 * blocks)...]) }

  func addAll() {
    let blocks = blocks
    vm_sha256_add(&hash, data, blocks)
    drop(blocks)
  }

  func finished() -> Digest {
    var digest = [UInt8](repeating: 0, count: 32)
    vm_sha256_finish(&hash, data, piece.count, &digest)
    return Digest(bytes: digest)
  }
}
