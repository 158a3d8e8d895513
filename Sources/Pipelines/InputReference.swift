/// Where a stage names another one that it takes as an input.
struct InputReference: Sendable, Hashable {
  var name: String
  var location: SourceLocation
}
