import CMachineLimits

/// What one core can do at most, measured when the benchmark runs.
enum PQLimits {
  /// Billions a second: floating-point operations, byte lookups in registers; and bytes read from memory.
  static func measured() -> [String: Any] {
    var float: Float = 0.5
    var bytes = [UInt8](0..<128)
    let words = [UInt64](repeating: 3, count: 1 << 25)
    var sum: UInt64 = 0
    let fma = best {
      float = 0.5
      return vm_limit_fma(1 << 20, &float)
    }
    let lookups = best { vm_limit_lookups(1 << 20, &bytes) }
    let read = best {
      sum &+= vm_limit_read(words, words.count)
      return Double(words.count * 8)
    }
    return ["seconds": 0, "fma": fma, "lookups": lookups, "memory": read, "checksum": Double(sum % 7)]
  }

  private static func best(_ body: () -> Double) -> Double {
    let clock = ContinuousClock()
    var best = 0.0
    for _ in 0..<5 {
      let start = clock.now
      let work = body()
      let took = clock.now - start
      let seconds = Double(took.components.seconds) + Double(took.components.attoseconds) * 1e-18
      best = max(best, work / seconds / 1e9)
    }
    return best
  }
}
