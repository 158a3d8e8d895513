import Artifacts
import Bundles
import Embedders
import Media
import Pipelines
import Synchronization
import Tensors

/// Featurize by a program of the user's: the entries' own bytes go in, rows come out.
struct CommandMethod: Sendable {
  let options: CommandOptions
  let embedder: CommandEmbedder
  let log: CommandLog

  /// Ending of the file with the options, from which an export makes what a bundle holds of the program.
  static let optionsEnding = ".command.json"

  func describe(_ job: Job) throws {
    try job.commit(files: [
      BundledEmbedder(identity: embedder.identity).write(job),
      job.write(SealedJSON.bytes(of: options), ending: Self.optionsEnding),
    ])
  }

  func embed(_ job: Job, _ sources: OpenSources) async throws {
    log.follow { job.note($0) }
    let records = try RecordShards.read(job.shard!, in: job.inputs[0].artifact)
    var shard = EmbeddedShard()
    var contents: [EmbedderContent] = []
    if records.allSatisfy({ $0.text != nil }) {
      contents = records.map { .text($0.text!) }
      shard.ids = records.map(\.id)
      shard.bytes = records.reduce(0) { $0 + $1.size }
    } else {
      try sources.forEach(records, of: job) { record, content in
        switch content {
        case .success(let bytes):
          shard.bytes += bytes.count
          contents.append(.entry(name: record.entry, bytes: bytes))
          shard.ids.append(record.id)
        case .failure(let reject): shard.rejects.append(reject)
        }
      }
    }
    let vectors = try await embedder.embed(contents)
    job.advance(items: vectors.rows, bytes: shard.bytes, rejects: shard.rejects.count)
    try shard.commit(vectors, job)
  }
}

/// Brings what programs write to their standard error into the log of the run: the notes of the job that runs just then.
final class CommandLog: Sendable {
  private let reader = Mutex<(@Sendable (String) -> Void)?>(nil)

  func follow(_ read: @escaping @Sendable (String) -> Void) { reader.withLock { $0 = read } }

  @Sendable func add(_ line: String) { reader.withLock { $0 }?(line) }
}
