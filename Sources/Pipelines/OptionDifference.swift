import FoundationEssentials

/// Compares two option sets as recipes keep them: canonical JSON objects.
enum OptionDifference {
  /// A sentence for each option that differs, by name.
  static func between(_ old: String, _ new: String) -> [String] {
    guard old != new, let was = entries(old), let now = entries(new) else { return [] }
    return Set(was.keys).union(now.keys).sorted().compactMap { name in
      let (before, after) = (was[name], now[name])
      guard before != after else { return nil }
      return "its option \(name) is now \(after ?? "absent"), was \(before ?? "absent")"
    }
  }

  private static func entries(_ json: String) -> [String: String]? {
    guard case .map(let entries)? = try? OptionValue(json: json) else { return nil }
    return Dictionary(entries.map { ($0.key, $0.value.canonicalJSON) }) { first, _ in first }
  }
}

extension OptionValue {
  /// Reads JSON text; whole numbers become integers.
  public init(json: String) throws {
    self = try JSONDecoder().decode(JSONOption.self, from: Data(json.utf8)).value
  }
}

private struct JSONOption: Decodable {
  var value: OptionValue

  private struct Key: CodingKey {
    var stringValue: String
    var intValue: Int? { nil }
    init?(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
  }

  init(from decoder: any Decoder) throws {
    if let map = try? decoder.container(keyedBy: Key.self) {
      value = .map(
        try map.allKeys.sorted { $0.stringValue < $1.stringValue }
          .map { OptionEntry($0.stringValue, try map.decode(JSONOption.self, forKey: $0).value) })
      return
    }
    if var list = try? decoder.unkeyedContainer() {
      var values: [OptionValue] = []
      while !list.isAtEnd { values.append(try list.decode(JSONOption.self).value) }
      value = .list(values)
      return
    }
    let single = try decoder.singleValueContainer()
    if single.decodeNil() {
      value = .null
    } else if let flag = try? single.decode(Bool.self) {
      value = .bool(flag)
    } else if let integer = try? single.decode(Int.self) {
      value = .integer(integer)
    } else if let number = try? single.decode(Double.self) {
      value = .number(number)
    } else {
      value = .text(try single.decode(String.self))
    }
  }
}
