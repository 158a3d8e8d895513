/// Names a version: `photos@8` by its number, `photos@challenger` by an alias, `photos` the champion.
public struct RegistryReference: Sendable, Hashable, CustomStringConvertible {
  public enum Selector: Sendable, Hashable {
    case number(Int)
    case alias(String)
  }

  /// The alias of the version that serves.
  public static let champion = "champion"
  /// The alias of the version that may serve next.
  public static let challenger = "challenger"

  public var name: String
  public var selector: Selector

  public init(name: String, selector: Selector = .alias(champion)) {
    self.name = name
    self.selector = selector
  }

  /// Reads a reference as a person writes it.
  ///
  /// - Throws: `RegistryError` that says which part is wrong.
  public init(_ text: String) throws(RegistryError) {
    let parts = text.split(separator: "@", omittingEmptySubsequences: false).map(String.init)
    guard parts.count <= 2 else { throw RegistryError(.reference, text, "has more than one @; a reference is as photos@8") }
    name = try Self.checkedName(parts[0])
    guard parts.count == 2 else {
      selector = .alias(Self.champion)
      return
    }
    if parts[1].utf8.allSatisfy({ (48...57).contains($0) }), !parts[1].isEmpty {
      guard let number = Int(parts[1]) else { throw RegistryError(.reference, text, "no version has so great a number") }
      guard number > 0 else { throw RegistryError(.reference, text, "versions are numbered from 1") }
      selector = .number(number)
    } else {
      guard Self.isAlias(parts[1]) else {
        throw RegistryError(.reference, text, "behind the @ is neither a version's number nor an alias such as challenger")
      }
      selector = .alias(parts[1])
    }
  }

  public var description: String {
    switch selector {
    case .number(let number): "\(name)@\(number)"
    case .alias(Self.champion): name
    case .alias(let alias): "\(name)@\(alias)"
    }
  }

  /// A name that can be that of a folder everywhere: letters, digits, dot, dash and underscore, a letter or digit first.
  ///
  /// - Throws: `RegistryError` if it is none.
  public static func checkedName(_ text: String) throws(RegistryError) -> String {
    if text.isEmpty { throw RegistryError(.reference, "an empty name", "give one such as photos") }
    if let end = text.firstIndex(of: "@"), isWord(String(text[..<end])) {
      throw RegistryError(.reference, text, "is one version; give the name alone, \(text[..<end])")
    }
    guard isWord(text) else {
      throw RegistryError(
        .reference, text, "is no name for a registry: letters, digits, . - _ and at most 100 of them, a letter or digit first")
    }
    return text
  }

  /// An alias: a name that is no number.
  ///
  /// - Throws: `RegistryError` if it is none.
  public static func checkedAlias(_ text: String) throws(RegistryError) -> String {
    guard isAlias(text) else {
      throw RegistryError(
        .reference, text.isEmpty ? "an empty alias" : text,
        "is no alias: letters, digits, . - _ and at most 100 of them, a letter or digit first, and not digits alone")
    }
    return text
  }

  private static func isAlias(_ text: String) -> Bool {
    isWord(text) && !text.utf8.allSatisfy { (48...57).contains($0) }
  }

  private static func isWord(_ text: String) -> Bool {
    guard (1...100).contains(text.utf8.count), let first = text.first, first.isASCII, first.isLetter || first.isNumber
    else { return false }
    return text.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "._-".contains($0)) }
  }
}
