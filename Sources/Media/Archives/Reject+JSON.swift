extension Reject {
  /// A line of rejects.jsonl, the line break included; keys in the order of the fields, absent ones left out,
  /// and nothing raw in it that a terminal might obey.
  public var jsonLine: [UInt8] {
    var line = Array("{\"archive\":".utf8)
    JSONText.appendVisible(archive, to: &line)
    func key(_ name: String) { line.append(contentsOf: ",\"\(name)\":".utf8) }
    func number(_ name: String, _ value: Int?) {
      guard let value else { return }
      key(name)
      JSONText.append(Int64(value), to: &line)
    }
    if let entry {
      key("entry")
      JSONText.appendVisible(entry, to: &line)
    }
    number("ordinal", ordinal)
    number("offset", offset)
    number("line", self.line)
    key("code")
    JSONText.append(code.rawValue, to: &line)
    key("message")
    JSONText.appendVisible(message, to: &line)
    line.append(contentsOf: "}\n".utf8)
    return line
  }

  /// Reads a line of rejects.jsonl.
  ///
  /// - Throws: `JSONError` if it is none.
  public init(jsonLine line: [UInt8]) throws(JSONError) {
    let value = try JSONValue(parsing: line)
    func text(_ key: String) -> String? {
      if case .string(let text) = value[key] { text } else { nil }
    }
    func number(_ key: String) -> Int? {
      if case .number(let text) = value[key] { Int(text) } else { nil }
    }
    guard let archive = text("archive"), let code = text("code").flatMap(RejectCode.init),
      let message = text("message")
    else { throw JSONError(code: .badJSON, position: 0, message: "it is no line of rejects.jsonl") }
    self.init(
      archive: archive, entry: text("entry"), ordinal: number("ordinal"), offset: number("offset"),
      line: number("line"), code: code, message: message)
  }
}
