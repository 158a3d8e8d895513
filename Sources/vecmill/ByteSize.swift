import ArgumentParser

/// A number of bytes as people write it: `800MB`, `4GiB`, `1.5G`.
struct ByteSize: ExpressibleByArgument, Sendable {
  var bytes: Int

  init?(argument: String) {
    let number = argument.prefix { $0.isNumber || $0 == "." }
    let unit = argument.dropFirst(number.count).drop { $0 == " " }.lowercased()
    guard let value = Double(number), let factor = Self.units[unit], value > 0, value * factor < 9e18 else { return nil }
    bytes = Int((value * factor).rounded())
  }

  /// A bare letter is binary, as in the options of most programs that limit memory.
  private static let units: [String: Double] = [
    "": 1, "b": 1, "k": 1024, "kb": 1e3, "kib": 1024, "m": 1_048_576, "mb": 1e6, "mib": 1_048_576, "g": 1_073_741_824,
    "gb": 1e9, "gib": 1_073_741_824, "t": 1_099_511_627_776, "tb": 1e12, "tib": 1_099_511_627_776,
  ]
}
