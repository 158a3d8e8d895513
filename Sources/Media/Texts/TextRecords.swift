/// Texts as records: whole entries, lines, JSON lines, rows of tables.
final class TextRecords: RecordProducer {
  private let entries: EntryFeed
  private let options: RecordOptions
  private var table: TextTable?
  private var rowsToSkip: Int

  init(_ entries: EntryFeed, _ options: RecordOptions, rowsToSkip: Int) {
    self.entries = entries
    self.options = options
    self.rowsToSkip = rowsToSkip
  }

  var position: RecordPosition {
    if let table { return RecordPosition(ordinal: table.entry.ordinal, rows: table.rows) }
    return RecordPosition(ordinal: entries.nextOrdinal)
  }

  func step(into shard: inout RecordShard) throws(ArchiveError) -> Bool {
    if table != nil { return try stepInTable(&shard) }
    guard let item = try entries.peek() else { return false }
    entries.advance()
    switch item {
    case .reject(let reject): shard.reject(reject)
    case .entry(let entry): try open(entry, &shard)
    }
    // Not one in which the archive ends: the archive's own reject stands for that.
    shard.counts.entries += 1
    return true
  }

  func flush(into shard: inout RecordShard) {}

  private func open(_ entry: ArchiveEntry, _ shard: inout RecordShard) throws(ArchiveError) {
    let format = TextFormat(name: entry.name)
    if let format, format != .txt || options.texts.unit == .line {
      table = TextTable(entry, format, options)
      if rowsToSkip == 0 { shard.counts.containers += 1 } else { shard.counts.entries -= 1 }
    } else {
      try takeWhole(entry, isText: format != nil, &shard)
    }
  }

  private func takeWhole(_ entry: ArchiveEntry, isText: Bool, _ shard: inout RecordShard) throws(ArchiveError) {
    if entry.size > options.texts.maxTextBytes, isText {
      let message = "a text of \(entry.size) bytes, more than \(options.texts.maxTextBytes)"
      return shard.reject(Reject(entry, .lineTooLong, message))
    }
    switch try entries.reader.bytes() {
    case .failure(let reject): shard.reject(reject)
    case .success(let bytes):
      if let fault = Self.fault(bytes, isText: isText) {
        return shard.reject(Reject(entry, fault.code, fault.message))
      }
      guard let text = String(validating: TextEntry.withoutMark(bytes[...]), as: UTF8.self) else {
        return shard.reject(Reject(entry, .notUTF8, "it is no UTF-8"))
      }
      let digest = ContentDigest.hex(of: bytes)
      let record = Record(
        id: options.identity == .entry ? entry.identity : ContentDigest.identity(hex: digest),
        archive: entry.archive, entry: entry.name, ordinal: entry.ordinal, offset: entry.offset,
        size: bytes.count, digest: digest, format: "text", text: text)
      shard.records.append(record)
      shard.counts.wholeRecords += 1
      if options.keepsPayloads { shard.payloads.append(bytes) }
    }
  }

  private static func fault(_ bytes: [UInt8], isText: Bool) -> RowError? {
    if bytes.isEmpty { return RowError(code: .empty, message: "it is empty") }
    let type = ContentType(of: Array(bytes.prefix(1024)))
    if let type, type.isArchive {
      return RowError(code: .nestedArchive, message: "it is an archive (\(type.rawValue))")
    }
    if isText { return nil }
    let found = type.map { "it is \($0.rawValue)" } ?? "its name ends in no text format"
    return RowError(code: .unsupportedFormat, message: "\(found); .txt, .jsonl, .csv and .tsv are read")
  }
}

extension TextRecords {
  /// Takes one row of the open entry, or closes it.
  private func stepInTable(_ shard: inout RecordShard) throws(ArchiveError) -> Bool {
    while let row = try nextRow(&shard) {
      guard let result = table?.take(row) else { continue }
      if rowsToSkip > 0 {
        rowsToSkip -= 1
        continue
      }
      switch result {
      case .failure(let reject): shard.rejectLine(reject)
      case .success(let record):
        shard.records.append(record)
        shard.counts.partRecords += 1
        if options.keepsPayloads { shard.payloads.append(Array(row.bytes)) }
      }
      return true
    }
    table = nil
    rowsToSkip = 0
    return true
  }

  private func nextRow(_ shard: inout RecordShard) throws(ArchiveError) -> LineScanner.Row? {
    while table != nil {
      if let row = table?.scanner.next() { return row }
      guard table?.scanner.needsMore == true else { return nil }
      switch try entries.reader.chunk() {
      case .success(let piece): table?.scanner.feed(piece)
      case .failure(let reject):
        shard.rejectLine(reject)
        return nil
      }
    }
    return nil
  }
}

extension RecordShard {
  /// Notes a line that was not taken.
  fileprivate mutating func rejectLine(_ reject: Reject) {
    rejects.append(reject)
    counts.lineRejects += 1
  }
}
