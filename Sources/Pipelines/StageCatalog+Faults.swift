extension StageCatalog {
  /// What is wrong with the catalog itself, a sentence each: for a test that wants none.
  ///
  /// Names that are there twice or taken, and defaults that do not fit their shape.
  package var faults: [String] {
    let names = kinds.map(\.name)
    return Self.repeated(names).map { "the kind \($0) is there twice" } + kinds.flatMap { faults(of: $0) }
  }

  private func faults(of kind: StageKind) -> [String] {
    let taken = kind.options.filter { ["kind", "input"].contains($0.name) }
    return taken.map { "\(kind.name): the option \($0.name) is every stage's" }
      + faults(in: kind.options, path: kind.name)
  }

  private func faults(in specs: [OptionSpec], path: String) -> [String] {
    Self.repeated(specs.map(\.name)).map { "\(path): the option \($0) is there twice" }
      + specs.flatMap { spec in
        faults(inDefaultOf: spec, path: path) + faults(in: spec.shape, path: "\(path).\(spec.name)")
      }
  }

  private func faults(inDefaultOf spec: OptionSpec, path: String) -> [String] {
    guard let value = spec.defaultValue, value != .null else { return [] }
    var parser = OptionParser(owner: path, stages: [], inputs: [])
    switch parser.parseOrExplain(SourceNode(value), as: spec.shape, path: spec.name) {
    case .success: return []
    case .failure(let found): return found.faults.map { "the default of \($0.message)" }
    }
  }

  private func faults(in shape: OptionSpec.Shape, path: String) -> [String] {
    switch shape {
    case .map(let specs): faults(in: specs, path: path)
    case .list(let element), .dictionary(let element): faults(in: element, path: path)
    case .either(let shapes): shapes.flatMap { faults(in: $0, path: path) }
    default: []
    }
  }

  private static func repeated(_ names: [String]) -> [String] {
    Dictionary(grouping: names) { $0 }.filter { $0.value.count > 1 }.keys.sorted()
  }
}
