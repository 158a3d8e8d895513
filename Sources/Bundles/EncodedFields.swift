import Media

/// Sidecar fields inside an encoded hit: the JSON object itself, not its text.
package struct EncodedFields: Encodable {
  private let value: JSONValue

  /// Nil if the text is no JSON.
  package init?(_ text: String) {
    guard let value = try? JSONValue(parsing: Array(text.utf8)) else { return nil }
    self.value = value
  }

  private init(_ value: JSONValue) { self.value = value }

  private struct Key: CodingKey {
    var stringValue: String
    var intValue: Int? { nil }
    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
  }

  package func encode(to encoder: any Encoder) throws {
    switch value {
    case .object(let members):
      var container = encoder.container(keyedBy: Key.self)
      for member in members { try container.encode(EncodedFields(member.value), forKey: Key(stringValue: member.key)) }
    case .array(let values):
      var container = encoder.unkeyedContainer()
      for value in values { try container.encode(EncodedFields(value)) }
    default:
      var container = encoder.singleValueContainer()
      try encodeScalar(into: &container)
    }
  }

  private func encodeScalar(into container: inout any SingleValueEncodingContainer) throws {
    switch value {
    case .bool(let bool): try container.encode(bool)
    case .string(let text): try container.encode(text)
    case .number(let text):
      if let integer = Int64(text) { try container.encode(integer) } else { try container.encode(Double(text)) }
    default: try container.encodeNil()
    }
  }
}
