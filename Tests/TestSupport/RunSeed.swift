import Foundation

/// A seed of this run, printed so that a failure can be repeated by VECMILL_SEED.
package func runSeed(_ test: String) -> UInt64 {
  let given = ProcessInfo.processInfo.environment["VECMILL_SEED"].flatMap(UInt64.init)
  let seed = given ?? UInt64.random(in: 0..<1 << 32)
  print("\(test): VECMILL_SEED=\(seed)")
  return seed
}
