/// Pictures and their sidecars as records.
final class ImageRecords: RecordProducer {
  private let entries: EntryFeed
  private let options: RecordOptions
  private var group: SidecarGroup?
  /// By the number that a record has, or will have, in its shard.
  private var digests = PairedDigests()

  init(_ entries: EntryFeed, _ options: RecordOptions) {
    self.entries = entries
    self.options = options
  }

  var position: RecordPosition { RecordPosition(ordinal: entries.nextOrdinal) }

  /// Takes the entries of one key.
  func step(into shard: inout RecordShard) throws(ArchiveError) -> Bool {
    while let item = try entries.peek() {
      let key = SidecarGroup.split(item.name).key
      if let group, !group.key.utf8.elementsEqual(key.utf8) { break }
      if group == nil { group = SidecarGroup(key: key) }
      entries.advance()
      switch item {
      case .reject(let reject): skip(reject, &shard)
      case .entry(let entry): try take(entry, &shard)
      }
      // Not one in which the archive ends: the archive's own reject stands for that.
      shard.counts.entries += 1
    }
    let held = group != nil
    flush(into: &shard)
    return held
  }

  func flush(into shard: inout RecordShard) {
    group?.add(to: &shard, options)
    group = nil
  }

  /// Digests what waits for another picture to be digested beside.
  func complete(_ shard: inout RecordShard) {
    if let last = digests.finish() { sign(last, &shard) }
  }

  private func skip(_ reject: Reject, _ shard: inout RecordShard) {
    if SidecarGroup.sidecarKind(of: reject.entry ?? "") == nil { group?.hasImage = true }
    shard.reject(reject)
  }

  private func take(_ entry: ArchiveEntry, _ shard: inout RecordShard) throws(ArchiveError) {
    switch try entries.reader.bytes() {
    case .failure(let reject):
      skip(reject, &shard)
    case .success(let bytes):
      if let kind = SidecarGroup.sidecarKind(of: entry.name), ContentType(of: Array(bytes.prefix(1024))) == nil {
        hold(kind, entry, bytes, &shard)
      } else {
        hold(entry, bytes, &shard)
      }
    }
  }

  private func hold(
    _ kind: SidecarGroup.Sidecar, _ entry: ArchiveEntry, _ bytes: [UInt8], _ shard: inout RecordShard
  ) {
    guard bytes.count <= options.maxSidecarBytes else {
      shard.reject(Reject(entry, .entryTooLarge, "a sidecar of \(bytes.count) bytes"))
      return
    }
    group?.sidecars.append((kind, entry, bytes))
  }

  private func hold(_ entry: ArchiveEntry, _ bytes: [UInt8], _ shard: inout RecordShard) {
    group?.hasImage = true
    do throws(ImageError) {
      let header = try ImageHeader(parsing: bytes, limits: options.images)
      let number = shard.records.count + (group?.images.count ?? 0)
      let record = Record(
        id: entry.identity, archive: entry.archive, entry: entry.name, ordinal: entry.ordinal, offset: entry.offset,
        size: bytes.count, digest: "", format: header.type.rawValue, width: header.width, height: header.height)
      group?.images.append((record, options.keepsPayloads ? bytes : []))
      for done in digests.add(bytes, number: number) { sign(done, &shard) }
    } catch {
      shard.reject(Reject(entry, error.code, error.message))
    }
  }

  /// Gives a record of the shard, or of the group that will join it, its digest.
  private func sign(_ done: PairedDigests.Done, _ shard: inout RecordShard) {
    func sign(_ record: inout Record) {
      record.digest = done.digest
      if options.identity != .entry { record.id = ContentDigest.identity(hex: done.digest) }
    }
    if done.number < shard.records.count {
      sign(&shard.records[done.number])
    } else {
      sign(&group!.images[done.number - shard.records.count].record)
    }
  }
}
