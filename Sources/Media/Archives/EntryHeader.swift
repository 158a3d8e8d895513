/// An entry's header as its container gives it; nothing is judged yet.
struct EntryHeader {
  enum Kind { case file, directory, link, special }
  var name: [UInt8]
  var kind: Kind
  /// Nil: the container does not know.
  var size: Int?
  var offset: Int?
  var isEncrypted = false
  /// Set by containers that find an entry to be unusable.
  var fault: (code: RejectCode, message: String)?
}
