import Yams

/// Reads one YAML document into nodes with places; whatever the text is, it ends soon and reports what is wrong.
///
/// Refused are texts over `maximumBytes`, nesting over `maximumDepth`, anchors and aliases, tags, duplicate keys, keys that are
/// no scalars, control characters and further documents.
struct YAMLReader {
  static let maximumBytes = 512 << 10
  static let maximumDepth = 32
  /// So few aliases cannot grow to much: at most some 3 to the power of 11 nodes.
  static let maximumAliases = 32

  var collector: DiagnosticCollector
  /// Where keys are that were there before.
  var duplicates: [SourceLocation] = []

  init(collector: DiagnosticCollector) { self.collector = collector }

  /// The document's root; nil if there is none or the text cannot be read at all.
  mutating func read(_ text: String) -> SourceNode? {
    guard isAcceptable(text) else { return nil }
    // A duplicate key stops the parser: each is reported, renamed without moving anything, and the text read again.
    while duplicates.count < Self.maximumDuplicates {
      do {
        return try compose(renamingDuplicates(in: Self.masked(text)))
      } catch YamlError.duplicatedKeysInMapping(let keys, let context) {
        let first = SourceLocation(line: context.mark.line, column: context.mark.column)
        guard let key = keys.first, report(duplicate: key, first: first) else { return nil }
      } catch let error as YamlError {
        report(error)
        return nil
      } catch {
        collector.error("\(error)", at: .start)
        return nil
      }
    }
    return nil
  }

  private mutating func compose(_ text: String) throws -> SourceNode? {
    let parser = try Parser(yaml: text, resolver: .basic, encoding: .utf8)
    // Nodes hold their anchors weakly: the parser has to outlive the look at them.
    return try withExtendedLifetime(parser) {
      try parser.singleRoot().map { converted($0, depth: 0) }
    }
  }

  private mutating func converted(_ node: Node, depth: Int) -> SourceNode {
    let location = node.mark.map { SourceLocation(line: $0.line, column: $0.column) } ?? .start
    if node.anchor != nil {
      return refused("anchors and aliases are not supported", location, "use params and ${name}")
    }
    guard depth < Self.maximumDepth else {
      return refused("values are nested over \(Self.maximumDepth) levels deep", location)
    }
    switch node {
    case .scalar(let scalar): return converted(scalar, location)
    case .sequence(let sequence):
      guard Self.isPlain(sequence.tag) else { return refusedTag(sequence.tag, location) }
      let nodes = sequence.map { converted($0, depth: depth + 1) }
      return SourceNode(content: .list(nodes), location: location)
    case .mapping(let mapping):
      guard Self.isPlain(mapping.tag) else { return refusedTag(mapping.tag, location) }
      let entries = mapping.compactMap { converted(key: $0.key, value: $0.value, depth: depth + 1) }
      return SourceNode(content: .map(entries), location: location)
    case .alias:
      return refused("anchors and aliases are not supported", location, "use params and ${name}")
    }
  }

  private mutating func converted(key: Node, value: Node, depth: Int) -> SourceEntry? {
    let location = key.mark.map { SourceLocation(line: $0.line, column: $0.column) } ?? .start
    guard case .scalar(let scalar) = key, key.anchor == nil else {
      collector.error("a key must be a word", at: location)
      return nil
    }
    let value = converted(value, depth: depth)
    // Reported when it was renamed.
    if scalar.string.unicodeScalars.contains(where: Self.isDuplicateMark) { return nil }
    return SourceEntry(key: Self.unmasked(scalar.string), location: location, value: value)
  }

  private mutating func converted(_ scalar: Node.Scalar, _ location: SourceLocation) -> SourceNode {
    let isText = scalar.tag.description == Tag.Name.str.rawValue
    guard isText || Self.isPlain(scalar.tag) else { return refusedTag(scalar.tag, location) }
    let isPlain = scalar.style == .plain && !isText
    let text = Self.unmasked(scalar.string)
    return SourceNode(
      content: .scalar(SourceScalar(text: text, form: isPlain ? .plain : .quoted)),
      location: location)
  }

  private static func isPlain(_ tag: Tag) -> Bool {
    [Tag.Name.implicit.rawValue, Tag.Name.nonSpecific.rawValue].contains(tag.description)
  }

  private mutating func refusedTag(_ tag: Tag, _ location: SourceLocation) -> SourceNode {
    refused("the tag \(SourceNode.quoted(tag.description)) is not supported", location, "leave it out")
  }

  private mutating func refused(
    _ message: String, _ location: SourceLocation, _ hint: String? = nil
  ) -> SourceNode {
    collector.error(message, at: location, hint: hint)
    return SourceNode(content: .invalid, location: location)
  }
}
