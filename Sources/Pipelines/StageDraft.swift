/// A stage as the file declares it, while it is being checked.
struct StageDraft {
  var name: String
  var location: SourceLocation
  /// Nil if the file's is unknown.
  var kind: StageKind?
  /// The main inputs, then those of options.
  var inputs: [InputReference] = []
  /// Nil if one of them is wrong.
  var options: StageOptions?
  /// Whether its inputs are all known stages.
  var isConnected = true
  /// The place and origin of every value by its path, such as `steps[1].pca`.
  var places: [String: Place] = [:]

  struct Place {
    var location: SourceLocation
    var blame: String
    /// The text that stands there as it is, if one does.
    var scalar: SourceScalar?

    /// The place of a character of the text; of the text itself where it was put together of others, or lies over several lines.
    func location(after offset: Int?) -> SourceLocation {
      guard let offset, let scalar, blame.isEmpty, scalar.form != .substituted, !scalar.text.contains(where: \.isNewline)
      else { return location }
      return SourceLocation(line: location.line, column: location.column + offset + (scalar.form == .quoted ? 1 : 0))
    }
  }

  /// Where a path is, or the nearest thing around it that the file has.
  func place(of path: String?) -> Place {
    var path = path ?? ""
    while !path.isEmpty {
      if let place = places[path] { return place }
      guard let cut = path.lastIndex(where: { $0 == "." || $0 == "[" }) else { break }
      path = String(path[..<cut])
    }
    return places["kind"].map { Place(location: $0.location, blame: "") }
      ?? Place(location: location, blame: "")
  }

  mutating func note(_ node: SourceNode, path: String) {
    places[path] = Place(location: node.location, blame: node.blame, scalar: node.scalar)
    switch node.content {
    case .list(let nodes):
      for (index, node) in nodes.enumerated() { note(node, path: "\(path)[\(index)]") }
    case .map(let entries):
      for entry in entries {
        note(entry.value, path: "\(path).\(entry.key)")
      }
    case .scalar, .invalid: break
    }
  }
}
