/// How a text entry holds its records; told by the end of its name, for texts have no magic bytes.
public enum TextFormat: String, Sendable, CaseIterable {
  case txt, jsonl, csv, tsv

  /// Nil if the name ends in none of .txt, .text, .jsonl, .ndjson, .csv, .tsv.
  public init?(name: String) {
    guard let dot = name.utf8.lastIndex(of: UInt8(ascii: ".")) else { return nil }
    switch name[name.utf8.index(after: dot)...].lowercased() {
    case "txt", "text": self = .txt
    case "jsonl", "ndjson": self = .jsonl
    case "csv": self = .csv
    case "tsv": self = .tsv
    default: return nil
    }
  }
}
