/// Numbers as people read them: the same in progress, summaries and reports.
public enum Figure {
  /// `1,234,567`
  public static func count(_ value: Int) -> String {
    var digits = Array(String(value.magnitude))
    var place = digits.count - 3
    while place > 0 {
      digits.insert(",", at: place)
      place -= 3
    }
    return (value < 0 ? "-" : "") + String(digits)
  }

  /// `1 row`, `1,234 rows`
  public static func count(_ value: Int, _ noun: String, _ plural: String? = nil) -> String {
    count(value) + " " + (value == 1 ? noun : plural ?? noun + "s")
  }

  /// Decimal units, three digits: `812 B`, `38.1 MB`.
  public static func bytes(_ value: Int) -> String { scaled(Double(value), [" B", " kB", " MB", " GB", " TB", " PB"]) }

  /// Binary units, for memory, as `--memory` takes them: `1.50 GiB`.
  public static func memory(_ value: Int) -> String {
    scaled(Double(value), [" B", " KiB", " MiB", " GiB", " TiB"], base: 1024)
  }

  /// Items a second: `0.42/s`, `512/s`, `12.3k/s`.
  public static func rate(_ value: Double) -> String { scaled(value, ["/s", "k/s", "M/s", "G/s"]) }

  /// Bytes a second: `38.1 MB/s`.
  public static func byteRate(_ value: Double) -> String { scaled(value, [" B/s", " kB/s", " MB/s", " GB/s", " TB/s"]) }

  /// A span of time: `0.42 s`, `12.3 s`, `3 min 05 s`, `2 h 07 min`.
  public static func seconds(_ value: Double) -> String {
    guard value.isFinite else { return "-" }
    if value < 9.995 { return fixed(max(0, value), 2) + " s" }
    if value < 99.95 { return fixed(value, 1) + " s" }
    let whole = Int(value.rounded())
    if whole < 3600 { return "\(whole / 60) min \(two(whole % 60)) s" }
    return "\(whole / 3600) h \(two(whole % 3600 / 60)) min"
  }

  /// A clock: `0:03`, `12:45`, `3:02:10`.
  public static func clock(_ value: Double) -> String {
    let whole = Int(min(max(0, value), 3.6e6).rounded(.up))
    let minutes = whole / 60 % 60
    if whole >= 3600 { return "\(whole / 3600):\(two(minutes)):\(two(whole % 60))" }
    return "\(minutes):\(two(whole % 60))"
  }

  /// `41%`; never 100% before all is done.
  public static func percent(_ share: Double) -> String {
    share >= 1 ? "100%" : "\(min(99, Int(max(0, share) * 100)))%"
  }

  /// A number with so many digits after the point.
  public static func fixed(_ value: Double, _ digits: Int) -> String {
    guard value.isFinite, abs(value) < 1e15 else { return "\(value)" }
    var scale = 1
    for _ in 0..<digits { scale *= 10 }
    let units = Int((abs(value) * Double(scale)).rounded())
    let sign = value < 0 && units > 0 ? "-" : ""
    guard digits > 0 else { return sign + String(units) }
    let rest = String(units % scale)
    return sign + "\(units / scale)." + String(repeating: "0", count: digits - rest.count) + rest
  }

  /// At most four digits after the point, no zeros at the end: for figures of quality.
  public static func short(_ value: Double) -> String {
    var text = fixed(value, abs(value) >= 100 ? 1 : 4)
    guard text.contains(".") else { return text }
    while text.hasSuffix("0") { text.removeLast() }
    if text.hasSuffix(".") { text.removeLast() }
    return text
  }

  private static func scaled(_ value: Double, _ units: [String], base: Double = 1000) -> String {
    guard value.isFinite else { return "-" }
    var value = max(0, value)
    var place = 0
    while value >= 999.5, place < units.count - 1 {
      value /= base
      place += 1
    }
    let isWhole = place == 0 && value == value.rounded()
    return fixed(value, isWhole || value >= 99.95 ? 0 : value >= 9.995 ? 1 : 2) + units[place]
  }

  private static func two(_ value: Int) -> String { value < 10 ? "0\(value)" : "\(value)" }
}
