/// A text cut where `${…}` stands.
struct ParameterTemplate {
  enum Part: Equatable {
    case text(String)
    case parameter(String)
    case environment(name: String, fallback: String?)
  }

  let parts: [Part]

  /// Cuts a text: `$$` is a dollar, and so is one before anything but a brace.
  ///
  /// - Throws: `TemplateFault` where `${` has no end or no name.
  init(_ text: String) throws(TemplateFault) {
    var parts: [Part] = []
    var plain = ""
    var rest = text[...]
    while let dollar = rest.firstIndex(of: "$") {
      plain += rest[..<dollar]
      rest = rest[rest.index(after: dollar)...]
      if rest.first == "$" {
        plain += "$"
        rest = rest.dropFirst()
      } else if rest.first == "{" {
        guard let end = rest.firstIndex(of: "}") else { throw TemplateFault(message: "\"${\" has no \"}\"") }
        if !plain.isEmpty { parts.append(.text(plain)) }
        plain = ""
        parts.append(try Self.part(rest[..<end].dropFirst()))
        rest = rest[end...].dropFirst()
      } else {
        plain += "$"
      }
    }
    plain += rest
    if !plain.isEmpty || parts.isEmpty { parts.append(.text(plain)) }
    self.parts = parts
  }

  private static func part(_ body: Substring) throws(TemplateFault) -> Part {
    guard body.hasPrefix("env:") else {
      guard PipelineName.isValid(body) else {
        throw TemplateFault(message: "\(SourceNode.quoted("${\(body)}")) names no param")
      }
      return .parameter(String(body))
    }
    let variable = body.dropFirst(4)
    let name = variable.prefix { $0 != ":" }
    let fallback = variable.dropFirst(name.count)
    guard !name.isEmpty, fallback.isEmpty || fallback.hasPrefix(":-") else {
      throw TemplateFault(message: "expected ${env:NAME} or ${env:NAME:-default}")
    }
    return .environment(
      name: String(name), fallback: fallback.isEmpty ? nil : String(fallback.dropFirst(2)))
  }
}

/// What is wrong with a text that has `${` in it.
struct TemplateFault: Error { var message: String }
