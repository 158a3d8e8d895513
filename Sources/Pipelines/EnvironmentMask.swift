import Artifacts
import FoundationEssentials

/// Hides values that a pipeline file took from the environment where a run is written down: passwords and tokens come from there.
///
/// A value is replaced by its variable's name and the beginning of its SHA-256, so that two runs can still be compared.
public struct EnvironmentMask: Sendable {
  /// Shorter values are replaced only where they are the whole of a text: they could be a part of anything.
  private static let least = 6
  private let values: [(value: String, mask: String)]

  /// - Parameter variables: values by the names of their variables.
  public init(_ variables: [String: String]) {
    values = variables.filter { !$0.value.isEmpty }.sorted { ($1.value.utf8.count, $0.key) < ($0.value.utf8.count, $1.key) }
      .map { ($0.value, "${env:\($0.key)} sha256:\(Digest(of: $0.value).hex.prefix(16))") }
  }

  /// The text without the values.
  public func masked(_ text: String) -> String {
    if let whole = values.first(where: { $0.value == text }) { return whole.mask }
    return values.filter { $0.value.utf8.count >= Self.least }.reduce(text) { $0.replacing($1.value, with: $1.mask) }
  }

  /// The value with all its texts masked, and numbers that are a value as a whole.
  public func masked(_ value: OptionValue) -> OptionValue {
    guard !values.isEmpty else { return value }
    return switch value {
    case .text(let text): .text(masked(text))
    case .integer, .number:
      values.contains { $0.value.utf8.count >= Self.least && $0.value == value.canonicalJSON }
        ? .text(masked(value.canonicalJSON)) : value
    case .list(let elements): .list(elements.map(masked))
    case .map(let entries): .map(entries.map { OptionEntry($0.key, masked($0.value)) })
    case .null, .bool: value
    }
  }

  /// As above, for options as recipes keep them; what is no JSON stays as it is.
  public func masked(json: String) -> String {
    guard !values.isEmpty, let value = try? OptionValue(json: json) else { return json }
    return masked(value).canonicalJSON
  }
}
