extension ParameterScope {
  /// The node with every `${…}` replaced; what cannot be is reported and becomes invalid.
  mutating func substituted(_ node: SourceNode, _ collector: inout DiagnosticCollector) -> SourceNode {
    var node = node
    switch node.content {
    case .invalid: break
    case .scalar(let scalar):
      guard scalar.text.contains("$") else { break }
      do {
        return try substituted(scalar, in: node)
      } catch {
        collector.error(error)
        node.content = .invalid
      }
    case .list(let nodes): node.content = .list(spliced(nodes, &collector))
    case .map(let entries):
      node.content = .map(
        entries.map {
          SourceEntry(key: $0.key, location: $0.location, value: substituted($0.value, &collector))
        })
    }
    return node
  }

  /// An element that is a param with a list becomes the list's elements.
  private mutating func spliced(
    _ nodes: [SourceNode], _ collector: inout DiagnosticCollector
  ) -> [SourceNode] {
    var spliced: [SourceNode] = []
    for node in nodes {
      let value = substituted(node, &collector)
      if node.scalar != nil, case .list(let elements) = value.content {
        spliced += elements
      } else {
        spliced.append(value)
      }
    }
    return spliced
  }

  private mutating func substituted(
    _ scalar: SourceScalar, in node: SourceNode
  ) throws(PlacedFault) -> SourceNode {
    let template: ParameterTemplate
    do {
      template = try ParameterTemplate(scalar.text)
    } catch {
      throw PlacedFault(message: error.message, location: node.location, hint: "$$ stands for a dollar")
    }
    if template.parts.count == 1 { return try whole(template.parts[0], scalar, in: node) }
    var text = ""
    var origins: [String] = []
    for part in template.parts {
      let value = try whole(part, scalar, in: node)
      guard let piece = value.scalar else {
        throw PlacedFault(
          message: "a list cannot stand inside a text\(value.blame)", location: node.location)
      }
      text += piece.value == .null ? "" : piece.text
      if let origin = value.origin, !origins.contains(origin) { origins.append(origin) }
    }
    let form: SourceScalar.Form = scalar.form == .plain ? .substituted : .quoted
    return SourceNode(
      content: .scalar(SourceScalar(text: text, form: form)), location: node.location,
      origin: origins.isEmpty ? nil : origins.joined(separator: " and "))
  }

  /// What one part stands for, at the place where it is used.
  private mutating func whole(
    _ part: ParameterTemplate.Part, _ scalar: SourceScalar, in node: SourceNode
  ) throws(PlacedFault) -> SourceNode {
    var value = node
    switch part {
    case .text(let text): value.content = .scalar(SourceScalar(text: text, form: scalar.form))
    case .parameter(let name):
      guard let parameter = take(name) else {
        throw PlacedFault(
          message: "unknown param \(SourceNode.quoted(name))", location: node.location,
          hint: Spelling.hint(for: name, in: names) ?? "declare it under params")
      }
      value.origin = parameter.origin
      value.content = parameter.value.moved(to: node.location, origin: parameter.origin).content
    case .environment(let name, let fallback):
      // As in a shell, a default stands in for an empty variable too.
      let isDefault = environment[name]?.isEmpty == true && fallback != nil
      guard let text = isDefault ? fallback : environment[name] ?? fallback else {
        throw PlacedFault(
          message: "the environment has no \(SourceNode.quoted(name))", location: node.location,
          hint: "set it, or give a default: ${env:\(SourceNode.clipped(name)):-default}")
      }
      if text == environment[name] { taken[name] = text }
      value.origin = "${env:\(SourceNode.clipped(name))}"
      value.content = .scalar(SourceScalar(text: text, form: .substituted))
    }
    return value
  }
}

extension SourceNode {
  /// The value as if it stood at a place of use.
  func moved(to location: SourceLocation, origin: String) -> SourceNode {
    var node = self
    node.location = location
    node.origin = origin
    if case .list(let nodes) = content {
      node.content = .list(nodes.map { $0.moved(to: location, origin: origin) })
    }
    return node
  }
}
