/// Adjacent entries that share a key, as WebDataset has them: pictures, and what is said about them.
struct SidecarGroup {
  enum Sidecar: String { case txt, caption, json, cls }

  /// Name up to the first dot of its last component.
  let key: String
  var images: [(record: Record, payload: [UInt8])] = []
  var sidecars: [(kind: Sidecar, entry: ArchiveEntry, bytes: [UInt8])] = []
  /// Whether something other than sidecars was met, taken or not.
  var hasImage = false

  init(key: String) { self.key = key }

  /// Splits a name into key and the rest after its dot.
  static func split(_ name: String) -> (key: String, suffix: Substring) {
    let utf8 = name.utf8
    let component = utf8.lastIndex(of: UInt8(ascii: "/")).map { utf8.index(after: $0) } ?? utf8.startIndex
    guard let dot = utf8[component...].firstIndex(of: UInt8(ascii: ".")) else { return (name, "") }
    return (String(name[..<dot]), name[utf8.index(after: dot)...])
  }

  /// What a name's end says that the entry is beside a picture.
  static func sidecarKind(of name: String) -> Sidecar? { Sidecar(rawValue: split(name).suffix.lowercased()) }

  /// Adds the group's records and rejects to the shard.
  func add(to shard: inout RecordShard, _ options: RecordOptions) {
    guard hasImage else {
      for sidecar in sidecars {
        shard.reject(Reject(sidecar.entry, .orphanSidecar, "no picture next to it has the key \(key)"))
      }
      return
    }
    let said = said(&shard, options)
    for (record, payload) in images {
      var record = record
      record.caption = said.caption
      record.fields = said.fields
      shard.records.append(record)
      shard.counts.wholeRecords += 1
      if options.keepsPayloads { shard.payloads.append(payload) }
    }
  }

  private func said(_ shard: inout RecordShard, _ options: RecordOptions) -> (caption: String?, fields: String?) {
    var caption: String?
    var members: [JSONValue.Member] = []
    var label: JSONValue?
    for sidecar in sidecars {
      do throws(JSONError) {
        switch sidecar.kind {
        case .txt, .caption:
          let text = try Self.text(sidecar.bytes)
          if caption == nil || sidecar.kind == .caption { caption = text }
        case .json: members = try Self.members(sidecar.bytes, options)
        case .cls: label = Self.label(try Self.text(sidecar.bytes))
        }
        shard.counts.sidecars += 1
      } catch {
        shard.reject(Reject(sidecar.entry, error.code, error.description))
      }
    }
    if let label, !members.contains(where: { $0.key == "cls" }) { members.append(.init(key: "cls", value: label)) }
    if caption == nil, case .string(let text)? = members.first(where: { $0.key == "caption" })?.value { caption = text }
    return (caption, members.isEmpty ? nil : JSONValue.object(members).sortedText)
  }

  private static func text(_ bytes: [UInt8]) throws(JSONError) -> String {
    guard let text = String(validating: TextEntry.withoutMark(bytes[...]), as: UTF8.self) else {
      throw JSONError(code: .notUTF8, position: 0, message: "it is no UTF-8")
    }
    return TextEntry.trimmed(text)
  }

  private static func members(_ bytes: [UInt8], _ options: RecordOptions) throws(JSONError) -> [JSONValue.Member] {
    guard case .object(let members) = try JSONValue(parsing: bytes, maxDepth: options.texts.maxDepth) else {
      throw JSONError(code: .badJSON, position: 0, message: "it is no JSON object")
    }
    return members
  }

  private static func label(_ text: String) -> JSONValue {
    if let number = Int(text), String(number) == text { .number(text) } else { .string(text) }
  }
}

extension RecordShard {
  /// Notes an entry that was not taken.
  mutating func reject(_ reject: Reject) {
    rejects.append(reject)
    counts.entryRejects += 1
  }
}
