/// The stage kinds and their options as Markdown, for the README and `vecmill schema --markdown`.
public enum StageReference {
  public static func markdown(_ catalog: StageCatalog) -> String {
    catalog.kinds.map(markdown).joined(separator: "\n")
  }

  static func markdown(_ kind: StageKind) -> String {
    var lines = ["### `\(kind.name)`", "", kind.summary]
    let inputs = kind.takesSeveralInputs ? "Inputs" : "Input"
    lines[2] += kind.input.map { " \(inputs): \($0)." } ?? " No input."
    if !kind.options.isEmpty {
      lines += ["", "| option | value | default | |", "| --- | --- | --- | --- |"]
      for spec in kind.options { lines += rows(spec, prefix: "", in: spec.shape) }
    }
    return lines.joined(separator: "\n") + "\n"
  }

  /// The option's row, and one for each option of the maps in it.
  private static func rows(
    _ spec: OptionSpec, prefix: String, in shape: OptionSpec.Shape
  ) -> [String] {
    let name = prefix + spec.name
    let value = escaped(spec.shape.expectation)
    let row = "| `\(escaped(name))` | \(value) | \(defaultText(spec)) | \(escaped(spec.summary)) |"
    return [row] + inner(shape, prefix: name)
  }

  private static func inner(_ shape: OptionSpec.Shape, prefix: String) -> [String] {
    switch shape {
    case .map(let specs): specs.flatMap { rows($0, prefix: prefix + ".", in: $0.shape) }
    case .list(let element): inner(element, prefix: prefix + "[]")
    case .dictionary(let element): inner(element, prefix: prefix + ".*")
    case .either(let shapes): shapes.flatMap { inner($0, prefix: prefix) }
    default: []
    }
  }

  private static func defaultText(_ spec: OptionSpec) -> String {
    switch spec.defaultValue {
    case nil: "required"
    case .null?: "none"
    case .text(let text)?: "`\(escaped(text))`"
    case let value?: "`\(escaped(value.canonicalJSON))`"
    }
  }

  /// A bar would end the cell.
  private static func escaped(_ text: String) -> String {
    text.replacing("|", with: "\\|").replacing("\n", with: " ")
  }
}
