import Quality

extension Condition {
  /// Reads a condition as a command line has it: `size <= 64MiB`, `recall@10 >= champion - 0.01`.
  ///
  /// - Throws: `Failure` that says what is wrong with it.
  static func reading(_ text: String) throws(Failure) -> Condition {
    let parts = text.split(separator: " ", maxSplits: 1).map(String.init)
    do {
      return try Condition(figure: QualityFigure(parts.first ?? ""), text: parts.count > 1 ? parts[1] : "")
    } catch let error as UnknownFigure {
      throw Failure.usage("\(error)")
    } catch {
      throw Failure.usage("\"\(text)\": \(error); a condition is as \"size <= 64MiB\"")
    }
  }

  /// `size <= 64MiB`
  var sentence: String { "\(figure.name) \(text)" }
}
