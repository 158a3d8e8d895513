/// What is wrong at a place, before it is known which text the place is in.
struct PlacedFault: Error, Sendable {
  var message: String
  var location: SourceLocation
  var hint: String?
}
