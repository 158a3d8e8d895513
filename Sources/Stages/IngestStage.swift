import Artifacts
import Glibc
import Media
import Pipelines
import SystemPackage
import Tensors

/// `ingest`: archives, folders and files become shards of records, or of vectors that exist already.
struct IngestStage: Stage {
  enum Medium: String, CaseIterable { case image, text, vectors }

  let medium: Medium
  let patterns: [String]
  let options: RecordOptions
  /// Whether the pipeline leaves the size of a shard to the stage.
  let choosesShards: Bool
  let rejectLimit: RejectLimit?
  /// Whether a damaged archive is one reject, its good entries kept, instead of the end of the run.
  let keepsDamaged: Bool
  let dimension: Int?
  let tally: IngestTally

  static let phase = "read"

  var output: ArtifactType {
    switch medium {
    case .image: .records(.image)
    case .text: .records(.text)
    case .vectors: .vectors(dimension: dimension)
    }
  }

  var phases: [Phase] { [Phase(Self.phase, .source, isOutput: true)] }
  var sourcePatterns: [String] { patterns }
  func isSource(_ path: String) -> Bool { medium != .vectors || VectorFolder.isVectors(path) }

  /// Files of vectors are numbered by their writers: the tenth comes after the ninth.
  func precedes(_ one: String, _ other: String) -> Bool {
    medium == .vectors ? VectorFolder.precedes(one, other) : one.utf8.lexicographicallyPrecedes(other.utf8)
  }
  var numbersAcrossSources: Bool { medium == .vectors && options.identity == .entry }

  /// The ids that lie beside a file of vectors decide its records as well, and those of no other.
  func companions(of path: String) -> [String] {
    medium == .vectors ? VectorSources.ids(beside: path).map { [$0] } ?? [] : []
  }

  func memory(of phase: Phase, threads: Int) -> Int {
    // An entry is read whole for its digest; beside it lie a shard of records and the lines that they become.
    min(options.archives.maxEntryBytes, 64 << 20) + 2 * options.shardBytes
  }

  /// Sources of pictures from which on a shard may be larger: a gibibyte is 64 of them still.
  private static let largeCorpus = 1 << 30

  /// A part of the jobs' keys: when a corpus has become large, its archives are read again, once.
  func settings(among sources: [Source]) -> String? {
    guard medium == .image, choosesShards, sources.reduce(0, { $0 + $1.size }) >= Self.largeCorpus else { return nil }
    return "large shards"
  }

  /// What a commit costs is the same for any shard. In a large corpus one of small pictures has up to 1,024 of them, so that it is
  /// as much work as one of large ones.
  private func options(for job: Job) -> RecordOptions {
    guard settings(among: job.siblings) != nil else { return options }
    var options = options
    options.enough = (options.shardSize, 16 << 20)
    options.shardSize = 1024
    return options
  }

  /// Sources that an earlier run read are not read again, and count all the same.
  func check(_ checkpoints: [Checkpoint]) throws { try tally.check(checkpoints.filter { $0.shard != nil }) }

  func run(_ job: Job) async throws {
    guard medium == .vectors else { return try readRecords(job) }
    try readVectors(job)
  }

  private func readRecords(_ job: Job) throws {
    let source = job.source!
    let done = job.committed.filter { $0.phase == job.phase.name && $0.shard != nil }.sorted { $0.shard! < $1.shard! }
    try tally.set(job.part, done)
    var number = done.count
    var told = 0
    do {
      let stream = try RecordStream(
        path: source.path, archive: source.name, options: options(for: job), startingAt: done.last?.nextPosition ?? .init())
      while let shard = try stream.nextShard() {
        try Task.checkCancellation()
        let read = stream.bytesRead
        try commit(shard, number, job)
        job.advance(items: shard.records.count, bytes: read - told, rejects: shard.rejects.count)
        told = read
        number += 1
      }
    } catch let error as ArchiveError {
      try damaged(error, job)
      return
    }
    try job.commit()
  }

  private func commit(_ shard: RecordShard, _ number: Int, _ job: Job) throws {
    // Not the bytes of the archive: how many were read for a shard depends on where an attempt began.
    let bytes = shard.records.reduce(0) { $0 + $1.size }
    let id = ShardID(part: job.part, number: number)
    try tally.add(job.part, entries: shard.counts.entries, bytes: bytes)
    try job.commit(
      shard: id, files: RecordShards.write(shard.records, shard.rejects, job, shard: id),
      rows: shard.records.count, bytes: bytes, rejects: RecordShards.counts(shard.rejects),
      notes: [
        "next ordinal": .integer(shard.next.ordinal), "next row": .integer(shard.next.rows),
        "entries": .integer(shard.counts.entries), "sidecars": .integer(shard.counts.sidecars),
        "containers": .integer(shard.counts.containers),
      ])
  }

  /// An archive that ends in damage: what came before is kept, and the archive is one reject more.
  private func damaged(_ error: ArchiveError, _ job: Job) throws {
    guard keepsDamaged else { throw error }
    job.note("\(error)")
    job.advance(rejects: 1)
    try job.commit(
      files: [RecordShards.write([error.reject], job)], rejects: RecordShards.counts([error.reject]))
  }

  private func readVectors(_ job: Job) throws {
    let source = job.source!
    let done = job.committed.filter { $0.phase == job.phase.name && $0.shard != nil }.sorted { $0.shard! < $1.shard! }
    try tally.set(job.part, done)
    var number = done.count
    let file = try VectorFile(path: source.path, archive: source.name, ids: VectorSources.ids(beside: source.path))
    try VectorSources.requireSameDimension(file, job)
    let stream = VectorStream(
      file, archive: source.name, options: options, firstRow: try VectorSources.firstRow(of: job),
      startingAt: done.last?.nextPosition.ordinal ?? 0)
    while let part = try stream.nextShard() {
      try Task.checkCancellation()
      let id = ShardID(part: job.part, number: number)
      let files =
        try VectorShards.write(part.vectors, ids: part.shard.records.map(\.id), job, shard: id)
        + RecordShards.write(part.shard.records, part.shard.rejects, job, shard: id)
      let bytes = part.vectors.rows * file.rowBytes
      try tally.add(job.part, entries: part.vectors.rows + part.shard.rejects.count, bytes: bytes)
      try job.commit(
        shard: id, files: files, rows: part.vectors.rows, bytes: bytes,
        rejects: RecordShards.counts(part.shard.rejects),
        notes: ["next ordinal": .integer(part.shard.next.ordinal)])
      job.advance(items: part.vectors.rows, bytes: bytes, rejects: part.shard.rejects.count)
      number += 1
    }
    try job.commit(notes: ["dimension": .integer(file.columns)])
  }
}

extension Checkpoint {
  /// Where the reading of the source goes on after this shard.
  fileprivate var nextPosition: RecordPosition {
    RecordPosition(ordinal: notes["next ordinal"]?.integer ?? 0, rows: notes["next row"]?.integer ?? 0)
  }
}

/// Files of vectors as sources.
enum VectorSources {
  /// The file of ids beside a file of vectors: NAME.ids.npy beside NAME.npy; nil if there is none.
  static func ids(beside path: String) -> String? {
    guard let dot = path.lastIndex(of: "."), !path[dot...].contains("/") else { return nil }
    let ids = path[..<dot] + ".ids.npy"
    return access(String(ids), R_OK) == 0 ? String(ids) : nil
  }

  /// - Throws: `SourceFault` if the rows of the job's file are not as long as those of the first.
  static func requireSameDimension(_ file: VectorFile, _ job: Job) throws {
    guard let first = job.siblings.first, job.part > 0 else { return }
    let columns = try VectorFile(path: first.path, archive: first.name).columns
    guard columns != file.columns else { return }
    throw SourceFault(
      "\(job.source!.name) has rows of \(file.columns) values, \(first.name) of \(columns); ingest them by stages of their own")
  }

  /// Number of the source's first row, where rows are numbered across all sources.
  static func firstRow(of job: Job) throws -> Int {
    try job.siblings.prefix(job.part).reduce(0) { try $0 + VectorFile(path: $1.path, archive: $1.name).rows }
  }
}
