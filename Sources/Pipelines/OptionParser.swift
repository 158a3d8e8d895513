/// Turns what a file says into option values, shape by shape.
///
/// Values come out in one form however they were written: a size in bytes, a duration in seconds, a share as text such as `1%`, a
/// single value in place of a list as a list of one, a stage's name as `{input: n}`, its place among the inputs.
struct OptionParser {
  enum Outcome {
    case value(OptionValue)
    /// The value has another shape.
    case mismatch
    /// The shape is right and what is in it is not. Empty where that was already reported.
    case faults([PlacedFault])
  }

  /// What messages call the owner: the stage's kind.
  let owner: String
  /// The names that a shape `.stage` takes.
  let stages: [String]
  /// The inputs so far: the main ones first, then those that options name.
  var inputs: [InputReference]

  mutating func parse(_ node: SourceNode, as shape: OptionSpec.Shape, path: String) -> Outcome {
    if node.isInvalid { return .faults([]) }
    if node.tried != nil {
      return .faults([
        PlacedFault(
          message: "\(SourceNode.quoted(path)) of \(owner): several values to try, where a run needs one",
          location: node.location,
          hint: "that is for vecmill experiment")
      ])
    }
    switch shape {
    case .list(let element): return list(node, of: element, path: path)
    case .map(let specs): return map(node, of: specs, path: path)
    case .dictionary(let element): return dictionary(node, of: element, path: path)
    case .either(let shapes): return either(node, of: shapes, path: path)
    case .stage: return stage(node)
    default:
      guard let scalar = node.scalar, let value = Self.scalar(scalar, as: shape) else {
        return .mismatch
      }
      return .value(value)
    }
  }

  /// As `parse`, with a message for another shape.
  mutating func parseOrExplain(
    _ node: SourceNode, as shape: OptionSpec.Shape, path: String
  ) -> Result<OptionValue, OptionFaults> {
    switch parse(node, as: shape, path: path) {
    case .value(let value): .success(value)
    case .faults(let faults): .failure(OptionFaults(faults: faults))
    case .mismatch: .failure(OptionFaults(faults: [mismatch(node, shape, path: path)]))
    }
  }

  private func mismatch(_ node: SourceNode, _ shape: OptionSpec.Shape, path: String) -> PlacedFault {
    var hint: String?
    if let scalar = node.scalar, case .text(let text) = scalar.value {
      hint = Spelling.hint(for: text, in: shape.words(stages: stages))
    } else if isSeveral(node, shape) {
      hint = "several values are for vecmill experiment"
    } else if node.scalar != nil, !node.isNull, shape.takesText {
      hint = "put it in quotes if it is a text"
    }
    return PlacedFault(
      message: "\(SourceNode.quoted(path)) of \(owner): expected \(shape.expectation), "
        + "found \(node.found)\(node.blame)",
      location: node.location, hint: hint)
  }

  /// A list where one value is taken.
  private func isSeveral(_ node: SourceNode, _ shape: OptionSpec.Shape) -> Bool {
    if case .list = node.content { return shape.takesOneValue }
    return false
  }

  // MARK: Containers

  private mutating func list(
    _ node: SourceNode, of element: OptionSpec.Shape, path: String
  ) -> Outcome {
    guard case .list(let nodes) = node.content else {
      let single = parse(node, as: element, path: path)
      guard case .value(let value) = single else { return single }
      return .value(.list([value]))
    }
    var values: [OptionValue] = []
    var failed: OptionFaults?
    for (index, node) in nodes.enumerated() {
      switch parseOrExplain(node, as: element, path: "\(path)[\(index)]") {
      case .success(let value): values.append(value)
      case .failure(let faults): failed = faults.joined(to: failed)
      }
    }
    return failed.map { .faults($0.faults) } ?? .value(.list(values))
  }

  private mutating func dictionary(
    _ node: SourceNode, of element: OptionSpec.Shape, path: String
  ) -> Outcome {
    guard case .map(let pairs) = node.content else { return .mismatch }
    var entries: [OptionEntry] = []
    var failed: OptionFaults?
    for pair in pairs {
      switch parseOrExplain(pair.value, as: element, path: "\(path).\(pair.key)") {
      case .success(let value): entries.append(OptionEntry(pair.key, value))
      case .failure(let faults): failed = faults.joined(to: failed)
      }
    }
    return failed.map { .faults($0.faults) } ?? .value(.map(entries))
  }

  private mutating func map(_ node: SourceNode, of specs: [OptionSpec], path: String) -> Outcome {
    guard case .map(let pairs) = node.content else { return .mismatch }
    var faults = unknownKeys(
      in: pairs, known: specs.map(\.name), where: " in \(SourceNode.quoted(path)) of \(owner)")
    var isComplete = faults.isEmpty
    var entries: [OptionEntry] = []
    for spec in specs {
      switch option(spec, in: pairs, path: "\(path).\(spec.name)", missingAt: node.location) {
      case .success(.null): break
      case .success(let value): entries.append(OptionEntry(spec.name, value))
      case .failure(let found):
        isComplete = false
        faults += found.faults
      }
    }
    return isComplete ? .value(.map(entries)) : .faults(faults)
  }

  /// The value of an option, or its default where the file says nothing.
  mutating func option(
    _ spec: OptionSpec, in pairs: [SourceEntry], path: String, missingAt place: SourceLocation
  ) -> Result<OptionValue, OptionFaults> {
    let node = pairs.first { $0.key == spec.name }?.value
    if let node, !(node.isNull && spec.defaultValue == .null) {
      return parseOrExplain(node, as: spec.shape, path: path)
    }
    guard let value = spec.defaultValue else {
      // A key that was meant to be this one is reported as unknown.
      let isMisspelt = pairs.contains { Spelling.nearest(to: $0.key, in: [spec.name]) != nil }
      let fault = PlacedFault(
        message: "\(owner) needs \(SourceNode.quoted(path)): \(spec.shape.expectation)",
        location: place)
      return .failure(OptionFaults(faults: isMisspelt ? [] : [fault]))
    }
    if value == .null { return .success(.null) }
    return parseOrExplain(SourceNode(value), as: spec.shape, path: path)
  }

  func unknownKeys(
    in pairs: [SourceEntry], known names: [String], where place: String
  ) -> [PlacedFault] {
    pairs.filter { !names.contains($0.key) }.map { pair in
      PlacedFault(
        message: "unknown option \(SourceNode.quoted(pair.key))\(place)", location: pair.location,
        hint: Spelling.hint(for: pair.key, in: names)
          ?? (names.isEmpty ? nil : "known are \(names.joined(separator: ", "))"))
    }
  }

  // MARK: Alternatives and stages

  /// The first alternative that fits; else the faults of the one that came nearest.
  private mutating func either(
    _ node: SourceNode, of shapes: [OptionSpec.Shape], path: String
  ) -> Outcome {
    var nearest: [PlacedFault]?
    let before = inputs
    for shape in shapes {
      switch parse(node, as: shape, path: path) {
      case .value(let value): return .value(value)
      case .mismatch: break
      case .faults(let faults):
        if faults.count < nearest?.count ?? .max { nearest = faults }
      }
      inputs = before
    }
    return nearest.map { .faults($0) } ?? .mismatch
  }

  private mutating func stage(_ node: SourceNode) -> Outcome {
    guard let scalar = node.scalar, case .text(let name) = scalar.value, stages.contains(name) else {
      return .mismatch
    }
    inputs.append(InputReference(name: name, location: node.location))
    return .value(.map([OptionEntry("input", .integer(inputs.count - 1))]))
  }
}

/// All that is wrong with the value of an option.
struct OptionFaults: Error, Sendable {
  var faults: [PlacedFault]

  func joined(to earlier: OptionFaults?) -> OptionFaults {
    OptionFaults(faults: (earlier?.faults ?? []) + faults)
  }
}
