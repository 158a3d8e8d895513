import Media

/// Texts, lines of JSON and tables: the first byte says which, and in how large pieces they come.
enum TableFuzz {
  private static let names = ["a.txt", "a.jsonl", "a.csv", "a.tsv"]

  static func run(_ bytes: [UInt8], in scratch: FuzzFolder) throws {
    guard let first = bytes.first else { return }
    let path = try scratch.write(names[Int(first & 3)], bytes.dropFirst())
    var options = ArchiveFuzz.options(.text)
    options.texts.unit = first & 4 == 0 ? .line : .entry
    options.texts.maxTextBytes = first & 8 == 0 ? 1 << 16 : 64
    options.texts.captionField = "caption"
    options.texts.leadingFields = first & 16 == 0 ? [] : ["title"]
    try ArchiveFuzz.ingest(path, options)
  }

  static func examples() -> [[UInt8]] {
    let texts = [
      (0, "one\ntwo\r\n\nthree"), (4, "a whole text\nof two lines"),
      (
        1,
        "{\"id\":1,\"text\":\"\\u00e9\\ud83d\\ude00\",\"x\":[1,{\"y\":-1.5e3}],\"caption\":\"c\"}\n{\"text\":\"b\",\"n\":null}\n"
      ),
      (2, "id,text,caption\n1,\"a \"\"b\"\"\nc\",x\n2,é,\n"), (3, "id\ttitle\ttext\n1\tt\tb\n"),
      (17, "{\"title\":\"t\",\"text\":\"b\"}\n"),
    ]
    return texts.map { [UInt8($0)] + Array($1.utf8) }
  }
}
