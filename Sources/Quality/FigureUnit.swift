/// What a figure is counted in, and which units a condition may write behind a number.
public enum FigureUnit: String, Sendable, Hashable, Codable {
  /// A share of 1; `%` divides by 100.
  case share
  /// `B`, `kB`, `KiB`, `MB`, `MiB`, …
  case bytes
  /// `us`, `ms`, `s`.
  case milliseconds
  /// `deg`.
  case degrees
  case plain

  /// The factor of each unit that may be written.
  public var factors: [(name: String, factor: Double)] {
    switch self {
    case .share: [("%", 0.01)]
    case .bytes:
      [
        ("B", 1), ("kB", 1e3), ("MB", 1e6), ("GB", 1e9), ("TB", 1e12), ("KiB", 1024), ("MiB", 1_048_576),
        ("GiB", 1_073_741_824), ("TiB", 1_099_511_627_776),
      ]
    case .milliseconds: [("us", 0.001), ("ms", 1), ("s", 1000)]
    case .degrees: [("deg", 1)]
    case .plain: [("%", 0.01)]
    }
  }
}
