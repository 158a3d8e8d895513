extension PipelineBuilder {
  mutating func readStages(_ node: SourceNode?) -> [StageDraft] {
    guard let node, !node.isInvalid else { return [] }
    guard case .map(let entries) = node.content, !entries.isEmpty else {
      collector.error(
        "stages: expected a map of names and stages, found \(node.found)", at: node.location)
      return []
    }
    guard entries.count <= Self.maximumStages else {
      collector.error("over \(Self.maximumStages) stages", at: node.location)
      return []
    }
    let names = entries.map(\.key)
    return entries.map { readStage($0, names: names) }
  }

  private mutating func readStage(_ entry: SourceEntry, names: [String]) -> StageDraft {
    var draft = StageDraft(name: entry.key, location: entry.location)
    if !PipelineName.isValid(entry.key) {
      collector.error(
        "\(SourceNode.quoted(entry.key)) cannot be a stage's name", at: entry.location,
        hint: "use letters, digits, - and _")
    }
    let node = scope.substituted(entry.value, &collector)
    guard case .map(let pairs) = node.content else {
      if !node.isInvalid {
        collector.error(
          "stage \(SourceNode.quoted(entry.key)): expected a map with a kind, found \(node.found)",
          at: node.isNull ? entry.location : node.location)
      }
      return draft
    }
    for pair in pairs { draft.note(pair.value, path: pair.key) }
    readKind(pairs.first { $0.key == "kind" }?.value, &draft)
    let common = draft.kind.map { $0.input == nil ? ["kind"] : ["kind", "input"] } ?? []
    // An input under a misspelt key is reported there, and checked all the same.
    let input = pairs.first { $0.key == "input" } ?? pairs.first { isMisspeltInput($0.key, draft) }
    readInputs(input?.value, &draft, names: names)
    readOptions(pairs.filter { !["kind", "input"].contains($0.key) }, &draft, names: names, common: common)
    return draft
  }

  private func isMisspeltInput(_ key: String, _ draft: StageDraft) -> Bool {
    guard let kind = draft.kind, kind.input != nil else { return false }
    let options = kind.options.map(\.name)
    return !options.contains(key) && Spelling.nearest(to: key, in: ["input"] + options) == "input"
  }

  private mutating func readKind(_ node: SourceNode?, _ draft: inout StageDraft) {
    let names = catalog.kinds.map(\.name)
    guard let node else {
      collector.error(
        "stage \(SourceNode.quoted(draft.name)) has no kind", at: draft.location,
        hint: "known are \(names.joined(separator: ", "))")
      return
    }
    if node.isInvalid { return }
    guard let text = node.scalar?.text, !node.isNull else {
      collector.error("kind: expected the name of a stage kind, found \(node.found)", at: node.location)
      return
    }
    draft.kind = catalog[text]
    if draft.kind == nil {
      collector.error(
        "unknown stage kind \(SourceNode.quoted(text))\(node.blame)", at: node.location,
        hint: Spelling.hint(for: text, in: names) ?? "known are \(names.joined(separator: ", "))")
    }
  }

  private mutating func readInputs(_ node: SourceNode?, _ draft: inout StageDraft, names: [String]) {
    if let kind = draft.kind, kind.input == nil {
      guard let node else { return }
      collector.error("\(kind.name) takes no input", at: node.location, hint: "remove it")
      draft.isConnected = false
      return
    }
    guard let node else {
      // Of an unknown kind, none may be needed.
      guard let kind = draft.kind else { return }
      let wanted = kind.input.map { ": \($0)" } ?? ""
      collector.error(
        "stage \(SourceNode.quoted(draft.name)) has no input; \(kind.name) needs one\(wanted)",
        at: draft.location, hint: "add input: STAGE")
      draft.isConnected = false
      return
    }
    let nodes = inputNodes(node, &draft)
    if let kind = draft.kind, nodes.count > 1, !kind.takesSeveralInputs {
      collector.error("\(kind.name) takes one input, found \(nodes.count)", at: nodes[1].location)
      draft.isConnected = false
    }
    for node in nodes { readInput(node, &draft, names: names) }
  }

  private mutating func inputNodes(_ node: SourceNode, _ draft: inout StageDraft) -> [SourceNode] {
    switch node.content {
    case .list(let nodes) where !nodes.isEmpty: return nodes
    case .scalar where !node.isNull: return [node]
    case .invalid: break
    default:
      collector.error(
        "input: expected the name of a stage or a list of them, found \(node.found)", at: node.location)
    }
    draft.isConnected = false
    return []
  }

  private mutating func readInput(_ node: SourceNode, _ draft: inout StageDraft, names: [String]) {
    guard let name = node.scalar?.text, names.contains(name) else {
      draft.isConnected = false
      if node.isInvalid { return }
      let message =
        node.scalar.map { "there is no stage \(SourceNode.quoted($0.text))" }
        ?? "input: expected the name of a stage, found \(node.found)"
      let others = names.filter { $0 != draft.name }
      let known = others.isEmpty ? nil : "known are " + others.prefix(10).joined(separator: ", ")
      collector.error(
        message + node.blame, at: node.location,
        hint: node.scalar.flatMap { Spelling.hint(for: $0.text, in: others) ?? known })
      return
    }
    draft.inputs.append(InputReference(name: name, location: node.location))
  }

  private mutating func readOptions(
    _ pairs: [SourceEntry], _ draft: inout StageDraft, names: [String], common: [String]
  ) {
    guard let kind = draft.kind else { return }
    var parser = OptionParser(owner: kind.name, stages: names, inputs: draft.inputs)
    let unknown = parser.unknownKeys(
      in: pairs, known: common + kind.options.map(\.name), where: " of \(kind.name)")
    unknown.forEach { collector.error($0) }
    var isValid = unknown.isEmpty
    var entries: [OptionEntry] = []
    for spec in kind.options {
      switch parser.option(spec, in: pairs, path: spec.name, missingAt: draft.location) {
      case .success(let value): entries.append(OptionEntry(spec.name, value))
      case .failure(let found):
        isValid = false
        found.faults.forEach { collector.error($0) }
      }
    }
    draft.inputs = parser.inputs
    draft.options = isValid ? StageOptions(entries: entries, specs: kind.options) : nil
  }
}
