import Media

/// Archives of all kinds: records, their bytes again by offset or by a pass, the decoded pictures.
enum ArchiveFuzz {
  static func options(_ media: RecordOptions.Media) -> RecordOptions {
    var options = RecordOptions(media: media)
    options.keepsPayloads = true
    options.shardSize = 16
    options.texts.unit = .line
    options.archives.maxEntryBytes = 1 << 20
    options.archives.maxArchiveBytes = 8 << 20
    options.archives.maxEntries = 4096
    options.images.maxPixels = 1 << 18
    options.images.maxDecoderBytes = 16 << 20
    return options
  }

  static func run(_ bytes: [UInt8], in scratch: FuzzFolder) throws {
    let path = try scratch.write("a.bin", bytes)
    for media in [RecordOptions.Media.image, .text] { try ingest(path, options(media)) }
  }

  static func ingest(_ path: String, _ options: RecordOptions) throws {
    guard let stream = try? RecordStream(path: path, archive: "a", options: options) else { return }
    let reader = try? EntryReader(path: path, archive: "a", limits: options.archives)
    while let shard = try? stream.nextShard() {
      require(shard.payloads.count == shard.records.count, "every record has its payload")
      require((try? RecordCodec.decode(RecordCodec.encode(shard.records))) == shard.records, "records survive their file")
      for reject in shard.rejects { require(reject.message.unicodeScalars.allSatisfy { $0.value >= 0x20 }, reject.message) }
      // Twice only where it costs no second pass.
      guard let reader, reader.isRandomAccess else { continue }
      for (record, payload) in zip(shard.records, shard.payloads) where record.position == nil {
        let again = try? reader.bytes(of: record, verifying: true)
        require(again == payload, "\(record.entry) has the bytes of ingest when read again")
      }
    }
    let counts = stream.counts
    require(
      counts.entries == counts.wholeRecords + counts.sidecars + counts.entryRejects + counts.containers,
      "no entry is lost: \(counts)")
  }

  static func examples() throws -> [[UInt8]] {
    let files = try ["fixtures/archives", "fixtures/hostile", "fixtures/articles"].flatMap(FuzzFixtures.files)
    return try files.map(FuzzFixtures.bytes).filter { $0.count < 100_000 }
  }
}
