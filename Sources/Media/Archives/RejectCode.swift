/// Why an entry, a line or a whole archive was not taken: the `code` of a line of rejects.jsonl.
///
/// Codes are part of the file format: they are added to, never renamed.
public enum RejectCode: String, Sendable, CaseIterable {
  // The name.
  case unsafeName = "unsafe-name"
  case nameTooLong = "name-too-long"
  case duplicateName = "duplicate-name"
  // The kind of entry.
  case link
  case specialFile = "special-file"
  case encrypted
  case nestedArchive = "nested-archive"
  case unsupportedFormat = "unsupported-format"
  case unsupportedCompression = "unsupported-compression"
  // The bytes.
  case empty
  case entryTooLarge = "entry-too-large"
  case sizeMismatch = "size-mismatch"
  case checksum
  case truncated
  case malformed
  case unreadable
  case inflatesTooMuch = "inflates-too-much"
  case tooSlow = "too-slow"
  // Pictures.
  case tooManyPixels = "too-many-pixels"
  case tooManyScans = "too-many-scans"
  // Text.
  case notUTF8 = "not-utf8"
  case lineTooLong = "line-too-long"
  case badJSON = "bad-json"
  case tooDeep = "too-deep"
  case badRow = "bad-row"
  case missingField = "missing-field"
  case badField = "bad-field"
  case duplicateID = "duplicate-id"
  // Sidecars and vectors.
  case orphanSidecar = "orphan-sidecar"
  case notFinite = "not-finite"
  // The whole archive.
  case tooManyEntries = "too-many-entries"
  case archiveTooLarge = "archive-too-large"
  case overlappingEntries = "overlapping-entries"
}
