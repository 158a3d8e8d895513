/// What `${…}` can stand for: the pipeline's params and the environment.
struct ParameterScope: Sendable {
  struct Parameter: Sendable {
    var name: String
    var location: SourceLocation
    var value: SourceNode
    var isSet = false
    /// Whether the value, or a part of it, comes from the environment.
    var isSecret = false

    /// How a message names where a value came from.
    var origin: String { "param \(SourceNode.quoted(name))" + (isSet ? ", given by --set" : "") }
  }

  let environment: [String: String]
  var parameters: [Parameter] = []
  private(set) var used: Set<String> = []
  /// What the environment gave, by the variables' names.
  var taken: [String: String] = [:]

  init(environment: [String: String]) { self.environment = environment }

  /// The param's value, which counts as used.
  mutating func take(_ name: String) -> Parameter? {
    guard let parameter = parameters.first(where: { $0.name == name }) else { return nil }
    used.insert(name)
    return parameter
  }

  var names: [String] { parameters.map(\.name) }
}
