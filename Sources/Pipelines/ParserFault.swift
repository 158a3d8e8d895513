/// What the YAML parser stumbled over, in its own words.
struct ParserFault {
  /// What it was doing, such as `while parsing a flow sequence`; empty if it does not say.
  var context: String
  /// Where that began.
  var start: SourceLocation?
  var problem: String
  var place: SourceLocation

  /// In words that say what to do, at the place where it is to be done, for the slips that happen most.
  func explained(in source: SourceText) -> PlacedFault {
    alias ?? unclosed ?? key ?? structure ?? character(in: source)
      ?? PlacedFault(
        message: "invalid YAML\(context.isEmpty ? "" : " \(context)"): \(problem)", location: place)
  }

  private var alias: PlacedFault? {
    guard context.contains("scanning an alias") || problem.contains("undefined alias") else { return nil }
    return PlacedFault(
      message: "an asterisk at the start means an alias", location: start ?? place,
      hint: "put a glob in quotes: \"*.tar\"")
  }

  /// A quote, list or map without its end is shown where it begins, unless the fault is in the same line.
  private var unclosed: PlacedFault? {
    let things = [
      "quoted scalar": ("quote", "end"), "flow sequence": ("list", "\"]\""), "flow mapping": ("map", "\"}\""),
    ]
    guard let start, let (name, end) = things.first(where: { context.contains($0.key) })?.value else {
      return nil
    }
    if start.line != place.line, problem.contains("expected") {
      return PlacedFault(message: "this \(name) has no \(end)", location: start)
    }
    guard problem.contains("did not find expected ','") else { return nil }
    return PlacedFault(message: "expected \",\" or \(end)", location: place)
  }

  private var key: PlacedFault? {
    if problem.contains("mapping values are not allowed") {
      return PlacedFault(
        message: "\": \" cannot stand here", location: place,
        hint: "indent keys alike, put a space behind their colons, and texts with colons in quotes")
    }
    guard problem.contains("could not find expected ':'") else { return nil }
    return PlacedFault(message: "expected \": \" behind this", location: start ?? place)
  }

  private var structure: PlacedFault? {
    if problem.contains("another document") {
      return PlacedFault(
        message: "a pipeline file holds one document, this is another", location: place,
        hint: "leave out the line with ---")
    }
    if problem.contains("Maximum nesting level") {
      return PlacedFault(
        message: "values are nested over \(YAMLReader.maximumDepth) levels deep", location: place)
    }
    let isOutOfPlace = ["expected key", "expected '-'", "expected <document start>"]
      .contains(where: problem.contains)
    guard isOutOfPlace else { return nil }
    let owner = start.map { "what starts in line \($0.line)" } ?? "what is above"
    return PlacedFault(
      message: "this does not fit into \(owner)", location: place, hint: "look at its indent")
  }

  private func character(in source: SourceText) -> PlacedFault? {
    guard problem.contains("cannot start any token") else { return nil }
    let place = source.clamped(place)
    let isTab = source.lines[place.line - 1].dropFirst(place.column - 1).first == "\t"
    return PlacedFault(
      message: isTab ? "a tab cannot indent" : "a value cannot start with this character",
      location: place, hint: isTab ? "use spaces" : "put the value in quotes")
  }
}
