extension PipelineBuilder {
  /// What diagnostics of overrides name as their file.
  private static let overridesPath = "--set"

  /// Reads `params`, each of which may use those above it, and puts overrides in their place.
  mutating func readParams(_ node: SourceNode?, overrides: [String]) {
    var values = readOverrides(overrides)
    for entry in entries(of: node) {
      let name = SourceNode.quoted(entry.key)
      guard PipelineName.isValid(entry.key), entry.key != "env" else {
        collector.error(
          "\(name) cannot be a param", at: entry.location,
          hint: "a name has letters, digits, - and _, and is not env")
        continue
      }
      let value = readParam(entry, override: values.removeValue(forKey: entry.key)?.node)
      scope.parameters.append(value)
    }
    for (name, value) in values.sorted(by: { $0.key < $1.key }) {
      reportUnknown(name, in: value.text)
    }
  }

  /// A param whose value is replaced is not looked at: what it refers to need not be there.
  private mutating func readParam(
    _ entry: SourceEntry, override: SourceNode?
  ) -> ParameterScope.Parameter {
    var parameter = ParameterScope.Parameter(
      name: entry.key, location: entry.location, value: override ?? entry.value)
    parameter.isSet = override != nil
    if parameter.isSet { return parameter }
    parameter.isSecret = entry.value.texts.contains { text in
      text.contains("${env:") || scope.parameters.contains { $0.isSecret && text.contains("${\($0.name)}") }
    }
    parameter.value = scope.substituted(entry.value, &collector)
    if !parameter.value.isParameterValue {
      collector.error(
        "the param \(SourceNode.quoted(entry.key)) must be a single value or a list of them, "
          + "found \(parameter.value.found)", at: entry.value.location)
      parameter.value.content = .invalid
    }
    return parameter
  }

  private mutating func entries(of node: SourceNode?) -> [SourceEntry] {
    guard let node, !node.isNull, !node.isInvalid else { return [] }
    guard case .map(let entries) = node.content else {
      collector.error("params: expected a map of names and values, found \(node.found)", at: node.location)
      return []
    }
    return entries
  }

  // MARK: --set

  private mutating func readOverrides(
    _ overrides: [String]
  ) -> [String: (node: SourceNode, text: String)] {
    var values: [String: (node: SourceNode, text: String)] = [:]
    for text in overrides {
      guard let equals = text.firstIndex(of: "="), equals != text.startIndex else {
        report("expected NAME=VALUE", in: text, column: 1)
        continue
      }
      let value = String(text[text.index(after: equals)...])
      let start = text[...equals].unicodeScalars.count
      guard let node = readOverride(value, start: start, in: text) else { continue }
      values[String(text[..<equals])] = (node, text)
    }
    return values
  }

  /// A list or a quoted text is YAML; anything else is taken as it stands, so that `*.tar` needs no second quotes.
  private mutating func readOverride(_ value: String, start: Int, in text: String) -> SourceNode? {
    guard let first = value.first(where: { $0 != " " }), "[\"'".contains(first) else {
      let scalar = SourceScalar(text: value, form: .plain)
      return SourceNode(content: .scalar(scalar), location: .start)
    }
    var reader = YAMLReader(collector: DiagnosticCollector(source: SourceText(value, path: Self.overridesPath)))
    let node = reader.read(value)
    if let node, node.isParameterValue, !reader.collector.hasErrors { return node }
    guard let found = reader.collector.diagnostics.first else {
      report("expected a single value or a list of them", in: text, column: start + 1)
      return nil
    }
    report(found.message, in: text, column: start + (found.line == 1 ? found.column : 1), hint: found.hint)
    return nil
  }

  private mutating func reportUnknown(_ name: String, in text: String) {
    let names = scope.names
    report(
      "unknown param \(SourceNode.quoted(name))", in: text, column: 1,
      hint: Spelling.hint(for: name, in: names)
        ?? (names.isEmpty ? "the file declares none" : "known are \(names.joined(separator: ", "))"))
  }

  private mutating func report(_ message: String, in text: String, column: Int, hint: String? = nil) {
    var other = DiagnosticCollector(source: SourceText(text, path: Self.overridesPath))
    other.error(message, at: SourceLocation(line: 1, column: column), hint: hint)
    collector.append(other.diagnostics)
  }
}

extension SourceNode {
  /// A scalar, or a list of scalars.
  var isParameterValue: Bool {
    switch content {
    case .scalar, .invalid: true
    case .list(let nodes): nodes.allSatisfy { $0.scalar != nil || $0.isInvalid }
    case .map: false
    }
  }

  /// Texts of a scalar or of a list of them.
  var texts: [String] {
    if case .list(let nodes) = content { nodes.flatMap(\.texts) } else { [scalar?.text].compactMap(\.self) }
  }

  /// The value free of places.
  var optionValue: OptionValue {
    switch content {
    case .invalid: .null
    case .scalar(let scalar): scalar.value
    case .list(let nodes): .list(nodes.map(\.optionValue))
    case .map(let entries): .map(entries.map { OptionEntry($0.key, $0.value.optionValue) })
    }
  }
}
