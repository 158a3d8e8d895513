/// Records as lines of JSON: keys in the order of `Record`'s fields, absent ones left out, no spaces.
///
/// Written for this one shape, for a shard is read by every stage after ingest. Reading is as strict as writing is regular:
/// any other key or order is an error.
public enum RecordCodec {
  /// Appends one record and a line break.
  public static func append(_ record: Record, to out: inout [UInt8]) {
    func key(_ name: StaticString) {
      name.withUTF8Buffer { out.append(contentsOf: $0) }
    }
    func number(_ name: StaticString, _ value: Int?) {
      guard let value else { return }
      key(name)
      JSONText.append(Int64(value), to: &out)
    }
    func text(_ name: StaticString, _ value: String?) {
      guard let value else { return }
      key(name)
      JSONText.append(value, to: &out)
    }
    key("{\"id\":")
    JSONText.append(record.id, to: &out)
    text(",\"archive\":", record.archive)
    text(",\"entry\":", record.entry)
    number(",\"ordinal\":", record.ordinal)
    number(",\"offset\":", record.offset)
    number(",\"size\":", record.size)
    number(",\"position\":", record.position)
    text(",\"digest\":", record.digest)
    text(",\"format\":", record.format)
    number(",\"width\":", record.width)
    number(",\"height\":", record.height)
    text(",\"caption\":", record.caption)
    text(",\"text\":", record.text)
    if let fields = record.fields {
      key(",\"fields\":")
      out.append(contentsOf: fields.utf8)
    }
    key("}\n")
  }

  /// All records as the bytes of a `.records.jsonl`.
  public static func encode(_ records: some Sequence<Record>) -> [UInt8] {
    var out: [UInt8] = []
    for record in records { append(record, to: &out) }
    return out
  }
}
