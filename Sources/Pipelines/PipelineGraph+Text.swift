extension PipelineGraph {
  /// A Mermaid flowchart, as GitHub shows it.
  public var mermaid: String {
    var lines = ["flowchart TD"]
    for (number, node) in nodes.enumerated() {
      lines.append("  s\(number)[\"\(Self.mermaid(node.name))<br/><small>\(Self.mermaid(node.kind))</small>\"]")
    }
    for edge in edges {
      let arrow = edge.option == nil ? "-->" : "-.->"
      lines.append("  s\(edge.from) \(arrow)|\"\(Self.mermaid(text(of: edge)))\"| s\(edge.to)")
    }
    return lines.joined(separator: "\n") + "\n"
  }

  /// A graph in the DOT language.
  public var dot: String {
    var lines = ["digraph \(Self.dot(title)) {", "  node [shape=box];"]
    for (number, node) in nodes.enumerated() {
      lines.append("  s\(number) [label=\(Self.dot("\(node.name)\n\(node.kind)"))];")
    }
    for edge in edges {
      let style = edge.option == nil ? "" : ", style=dashed"
      lines.append("  s\(edge.from) -> s\(edge.to) [label=\(Self.dot(text(of: edge)))\(style)];")
    }
    return lines.joined(separator: "\n") + "\n}\n"
  }

  private func text(of edge: Edge) -> String {
    edge.option.map { "\($0): \(edge.label)" } ?? edge.label
  }

  /// Everything but letters, digits and what is harmless as a numbered entity.
  private static func mermaid(_ text: String) -> String {
    text.unicodeScalars.map { scalar in
      let isPlain = scalar.properties.isAlphabetic || scalar.properties.numericType != nil
      return isPlain || " -_.,:".unicodeScalars.contains(scalar) ? String(scalar) : "#\(scalar.value);"
    }.joined()
  }

  private static func dot(_ text: String) -> String {
    let escaped = text.map { character -> String in
      switch character {
      case "\"": "\\\""
      case "\\": "\\\\"
      case "\n": "\\n"
      default: String(character)
      }
    }
    return "\"\(escaped.joined())\""
  }
}
