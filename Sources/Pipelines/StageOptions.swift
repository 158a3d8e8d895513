/// The options of a declared stage: checked against their specs, defaults filled in.
///
/// The typed readers may be called for options whose spec has that shape; anything else is a mistake of the stage's author.
public struct StageOptions: Sendable {
  /// One entry for each spec of the kind, in the kind's order.
  public let entries: [OptionEntry]
  /// Names of the options that are a part of the key.
  public let keyed: Set<String>

  /// What of the options decides the artifact's bytes.
  public let keyValue: OptionValue

  public init(entries: [OptionEntry], keyed: Set<String>) {
    self.entries = entries
    self.keyed = keyed
    keyValue = .map(entries.filter { keyed.contains($0.key) })
  }

  /// Options as their specs say it: inner ones may be no part of the key as well.
  init(entries: [OptionEntry], specs: [OptionSpec]) {
    self.entries = entries
    keyed = Set(specs.filter(\.isPartOfKey).map(\.name))
    keyValue = Self.keyed(.map(entries), .map(specs))
  }

  private static func keyed(_ value: OptionValue, _ shape: OptionSpec.Shape) -> OptionValue {
    guard case .map(let entries) = value, case .map(let specs) = shape else { return value }
    return .map(
      entries.compactMap { entry in
        guard let spec = specs.first(where: { $0.name == entry.key }) else { return entry }
        return spec.isPartOfKey ? OptionEntry(entry.key, keyed(entry.value, spec.shape)) : nil
      })
  }

  /// The value of an option; `.null` where the file gives none and there is no default.
  public subscript(name: String) -> OptionValue {
    entries.first { $0.key == name }?.value ?? .null
  }
}

extension StageOptions {
  public func text(_ name: String) -> String { self[name].text! }
  public func optionalText(_ name: String) -> String? { self[name].text }
  public func integer(_ name: String) -> Int { self[name].integer! }
  public func optionalInteger(_ name: String) -> Int? { self[name].integer }
  public func number(_ name: String) -> Double { self[name].number! }
  public func bool(_ name: String) -> Bool { self[name].bool! }
  public func texts(_ name: String) -> [String] { self[name].list.compactMap(\.text) }
}

extension OptionValue {
  public var text: String? { if case .text(let value) = self { value } else { nil } }
  public var bool: Bool? { if case .bool(let value) = self { value } else { nil } }
  public var isNull: Bool { self == .null }

  public var integer: Int? {
    switch self {
    case .integer(let value): value
    case .number(let value): Int(exactly: value)
    default: nil
    }
  }

  public var number: Double? {
    switch self {
    case .integer(let value): Double(value)
    case .number(let value): value
    default: nil
    }
  }

  /// The elements of a list; a single value stands for a list of one, null for none.
  public var list: [OptionValue] {
    switch self {
    case .null: []
    case .list(let values): values
    default: [self]
    }
  }

  /// The value of a map's key; nil if this is no map or has no such key.
  public subscript(key: String) -> OptionValue? {
    guard case .map(let entries) = self else { return nil }
    return entries.first { $0.key == key }?.value
  }
}
