/// A random number generator that gives the same numbers for the same seed, on every machine and in every release.
///
/// xoshiro256** by Blackman and Vigna, its state filled by SplitMix64, as they advise
/// (https://prng.di.unimi.it). Not for secrets.
public struct SeededRandom: RandomNumberGenerator, Sendable {
  private var state: (UInt64, UInt64, UInt64, UInt64)

  public init(seed: UInt64) {
    var mix = seed
    func next() -> UInt64 {
      mix &+= 0x9E37_79B9_7F4A_7C15
      var z = mix
      z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
      z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
      return z ^ (z >> 31)
    }
    state = (next(), next(), next(), next())
  }

  public mutating func next() -> UInt64 {
    let result = rotated(state.1 &* 5, by: 7) &* 9
    let shifted = state.1 << 17
    state.2 ^= state.0
    state.3 ^= state.1
    state.1 ^= state.2
    state.0 ^= state.3
    state.2 ^= shifted
    state.3 = rotated(state.3, by: 45)
    return result
  }

  private func rotated(_ value: UInt64, by bits: UInt64) -> UInt64 {
    (value << bits) | (value >> (64 - bits))
  }

  /// A whole number below `bound`, every one as likely (Lemire's multiply-and-shift, with rejection).
  ///
  /// The standard library's `Int.random(in:using:)` may change its method between releases; this one may not.
  public mutating func below(_ bound: Int) -> Int {
    precondition(bound > 0, "no whole number is below \(bound)")
    let bound = UInt64(bound)
    var product = next().multipliedFullWidth(by: bound)
    if product.low < bound {
      let floor = (0 &- bound) % bound
      while product.low < floor { product = next().multipliedFullWidth(by: bound) }
    }
    return Int(product.high)
  }

  /// A number in [0, 1), of 53 random bits.
  public mutating func unit() -> Double { Double(next() >> 11) * 0x1p-53 }

  /// `count` different whole numbers below `bound`, in ascending order (Floyd's sampling); all of them if there are fewer.
  public mutating func sample(_ count: Int, below bound: Int) -> [Int] {
    guard count < bound else { return Array(0..<bound) }
    var chosen = Set<Int>(minimumCapacity: count)
    for last in bound - count..<bound {
      let pick = below(last + 1)
      chosen.insert(chosen.contains(pick) ? last : pick)
    }
    return chosen.sorted()
  }
}
