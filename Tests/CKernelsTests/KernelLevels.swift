import CKernels
import Foundation
import Tensors

/// Runs a check on every CPU level that this machine has, the portable one included.
func onEveryLevel<T>(_ body: () throws -> T) rethrows -> [(level: Int32, value: T)] {
  vm_cpu_level_set(-1)
  let highest = vm_cpu_level()
  defer { vm_cpu_level_set(-1) }
  return try (0...highest).map { level in
    vm_cpu_level_set(level)
    return (level, try body())
  }
}

/// A seed of this run, printed so that a failure can be repeated by VECMILL_SEED.
func kernelSeed(_ test: String) -> UInt64 {
  let given = ProcessInfo.processInfo.environment["VECMILL_SEED"].flatMap(UInt64.init)
  let seed = given ?? UInt64.random(in: 0..<1 << 32)
  print("\(test): VECMILL_SEED=\(seed)")
  return seed
}

extension SeededRandom {
  mutating func floats(_ count: Int) -> [Float] { (0..<count).map { _ in Float(unit() * 4 - 2) } }
  mutating func bytes(_ count: Int) -> [UInt8] { (0..<count).map { _ in UInt8(below(256)) } }
}
