/// What a run read, as a rule for make: the target stands after its sources, and the pipeline file is one of them.
public struct Depfile: Sendable {
  public var targets: [String]
  /// Paths of the pipeline file and of everything read.
  public var sources: [String]

  public init(targets: [String], sources: [String]) {
    self.targets = targets
    self.sources = sources
  }

  /// The rule, and an empty one for each source, so that make does not stop when one is gone.
  ///
  /// Paths with a line break cannot be written for make and are left out.
  public var text: String {
    var seen: Set<String> = []
    let sources = sources.filter { Self.isWritable($0) && seen.insert($0).inserted }
    let targets = targets.filter(Self.isWritable).map { Self.escaped($0, isTarget: true) }.joined(separator: " ")
    let rule = "\(targets):" + sources.map { " \\\n  " + Self.escaped($0, isTarget: false) }.joined() + "\n"
    return rule + sources.map { "\n\(Self.escaped($0, isTarget: true)):\n" }.joined()
  }

  private static func isWritable(_ path: String) -> Bool {
    !path.isEmpty && !path.unicodeScalars.contains { $0 == "\n" || $0 == "\r" || $0 == "\u{0}" }
  }

  /// Escaped as GNU make reads it (https://www.gnu.org/software/make/manual/html_node/Rule-Syntax.html): `$` doubled, a backslash
  /// before blanks, `#`, `:` and wildcards; backslashes themselves are doubled only where one of those follows.
  private static func escaped(_ path: String, isTarget: Bool) -> String {
    var escaped = ""
    var backslashes = 0
    for scalar in path.unicodeScalars {
      switch scalar {
      case "\\": backslashes += 1
      case "$": escaped += "$"
      case " ", "\t", "#", ":", "*", "?", "[", "]", "~": escaped += String(repeating: "\\", count: backslashes + 1)
      case "%" where isTarget: escaped += String(repeating: "\\", count: backslashes + 1)
      default: break
      }
      if scalar != "\\" { backslashes = 0 }
      escaped.unicodeScalars.append(scalar)
    }
    return escaped + String(repeating: "\\", count: backslashes)
  }
}
