import FuzzTargets
import Foundation
import Tensors
import Testing

/// Every parser of the fuzz targets, without libFuzzer: what it found once, and a short walk from the examples.
@Suite struct FuzzReplayTests {
  private static let seeds = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appending(path: "Seeds")

  /// Inputs that broke something: Seeds/TARGET/NAME, where the name says what.
  @Test(arguments: FuzzTarget.allCases)
  func whatWasFoundStaysMended(_ target: FuzzTarget) throws {
    let folder = Self.seeds.appending(path: target.rawValue)
    let scratch = try FuzzFolder()
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    for name in names.sorted() {
      try target.run(Array(try Data(contentsOf: folder.appending(path: name))), in: scratch)
    }
  }

  @Test(arguments: FuzzTarget.allCases)
  func examplesAndTheirNeighboursEnd(_ target: FuzzTarget) throws {
    let seed = ProcessInfo.processInfo.environment["VECMILL_SEED"].flatMap { UInt64($0) } ?? UInt64.random(in: 0..<1 << 32)
    print("\(target.rawValue): VECMILL_SEED=\(seed)")
    var random = SeededRandom(seed: seed)
    let scratch = try FuzzFolder()
    let examples = try target.examples()
    #expect(!examples.isEmpty)
    for example in examples { try target.run(example, in: scratch) }
    let clock = ContinuousClock.now
    while clock.duration(to: .now) < .milliseconds(400) {
      var bytes = examples[random.below(examples.count)]
      for _ in 0...random.below(3) where !bytes.isEmpty {
        bytes[random.below(bytes.count)] = [0, 0xFF, 0x7F, UInt8(random.below(256))][random.below(4)]
      }
      try target.run(bytes, in: scratch)
    }
  }
}
