/// The program's version: what `--version`, bundles and run records say.
enum Version {
  static let current = "0.1.0"
}
