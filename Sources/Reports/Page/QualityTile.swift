import Quality

/// How a figure of quality is shown: its name, its value, what it is of.
enum QualityTile {
  /// Times have tiles of their own.
  static func isShown(_ name: String) -> Bool { !name.hasPrefix("latency_") }

  static func title(_ name: String) -> String {
    name.contains("@")
      ? (try? QualityFigure(name))?.shortName ?? name
      : name.prefix(1).uppercased() + name.dropFirst().map { $0 == "_" ? " " : String($0) }.joined()
  }

  static func text(_ name: String, _ value: Double) -> String {
    if name.contains("@") { return Figure.fixed(value, 3) }
    if name == "count" { return Figure.count(Int(value)) }
    if name == "bytes_per_vector" { return Figure.short((value * 100).rounded() / 100) }
    return ((try? QualityFigure(name))?.unit ?? .plain).text(value)
  }

  static func detail(_ name: String, _ interval: [Double]?) -> String {
    let range = interval.map { "\(Figure.fixed($0[0], 3)) to \(Figure.fixed($0[1], 3))" }
    return [words(name), range].compactMap { $0 }.joined(separator: " · ")
  }

  private static func words(_ name: String) -> String? {
    let parts = name.split(separator: "@")
    guard parts.count == 2, let k = Int(parts[1]) else {
      return switch name {
      case "bytes_per_vector": "in the index"
      case "mean_shift", "subspace_angle": "from the champion's data"
      case "quantization_error": "of the variance"
      case "list_imbalance": "1 is even"
      default: nil
      }
    }
    switch parts[0] {
    case "R": return "nearest one among the first \(k)"
    case "rbo", "jaccard": return "with the champion's first \(k)"
    case "mAP": return "mean average precision, by class"
    case "label_R": return "one of the class among the first \(k)"
    default: return parts[0].hasSuffix("-recall") ? "of the \(parts[0].dropLast(7)) nearest, among the first \(k)" : nil
    }
  }
}
