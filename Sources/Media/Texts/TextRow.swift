/// One record of a text, before it has an id: what all formats come down to.
struct TextRow: Equatable {
  var text: String
  var id: String?
  var caption: String?
  /// Everything else, sorted.
  var fields: String?
}

/// Why a row was not taken.
struct RowError: Error {
  var code: RejectCode
  var message: String
}
