/// Builds a pipeline of a file's nodes, gathering all that is wrong.
struct PipelineBuilder {
  static let maximumStages = 1000

  var collector: DiagnosticCollector
  let catalog: StageCatalog
  var scope: ParameterScope

  mutating func build(_ root: SourceNode?, overrides: [String]) -> Pipeline? {
    guard let root else {
      if !collector.hasErrors { collector.error("the file is empty", at: .start) }
      return nil
    }
    guard case .map(let entries) = root.content else {
      if !root.isInvalid {
        collector.error("expected a map with pipeline and stages, found \(root.found)", at: root.location)
      }
      return nil
    }
    let keys = readKeys(entries, root: root)
    readParams(keys["params"]?.value, overrides: overrides)
    let name = readName(keys["pipeline"]?.value)
    let stages = connect(readStages(keys["stages"]?.value))
    warnOfUnusedParams()
    guard let name else { return nil }
    var pipeline = Pipeline(name: name, params: params, stages: stages, environment: EnvironmentMask(scope.taken))
    pipeline.secretParams = Set(scope.parameters.filter(\.isSecret).map(\.name))
    return pipeline
  }

  /// The top-level keys. One that is misspelt is reported and read nevertheless, so that what is in it gets checked too.
  private mutating func readKeys(_ entries: [SourceEntry], root: SourceNode) -> [String: SourceEntry] {
    let known = ["pipeline", "params", "stages"]
    var keys: [String: SourceEntry] = [:]
    for entry in entries {
      let isKnown = known.contains(entry.key)
      let meant = isKnown ? entry.key : Spelling.nearest(to: entry.key, in: known)
      if let meant, isKnown || keys[meant] == nil { keys[meant] = entry }
      if isKnown { continue }
      collector.error(
        "unknown key \(SourceNode.quoted(entry.key))", at: entry.location,
        hint: entry.key == "experiment"
          ? "it is for vecmill experiment"
          : Spelling.hint(for: entry.key, in: known) ?? "known are \(known.joined(separator: ", "))")
    }
    if keys["pipeline"] == nil {
      collector.error("the pipeline has no name", at: root.location, hint: "add pipeline: NAME")
    }
    if keys["stages"] == nil {
      collector.error("the pipeline has no stages", at: root.location, hint: "add stages:")
    }
    return keys
  }

  private mutating func readName(_ node: SourceNode?) -> String? {
    guard let node else { return nil }
    let value = scope.substituted(node, &collector)
    if value.isInvalid { return nil }
    guard let text = value.scalar?.text, PipelineName.isValid(text) else {
      collector.error(
        "pipeline: expected a name of letters, digits, - and _, found \(value.found)\(value.blame)",
        at: node.location)
      return nil
    }
    return text
  }

  private var params: [OptionEntry] {
    scope.parameters.map { OptionEntry($0.name, $0.value.optionValue) }
  }

  private mutating func warnOfUnusedParams() {
    // An error may have kept a param from being used.
    guard !collector.hasErrors else { return }
    for parameter in scope.parameters where !scope.used.contains(parameter.name) {
      collector.warning("the param \(SourceNode.quoted(parameter.name)) is not used", at: parameter.location)
    }
  }
}
