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

  /// By its declared version a program makes the same of the same: what is known of an entry and its name, or of a text, is not
  /// handed to it again.
  func embed(_ job: Job, _ sources: OpenSources, _ known: KnownContents) async throws {
    log.follow { job.note($0) }
    var shard = try EmbeddedShard(job, columns: options.dimension, known: known) { record in
      record.text.map(ContentKey.ofText) ?? ContentKey.ofEntry(record)
    }
    var contents: [(place: Int, content: EmbedderContent)] = []
    if shard.records.allSatisfy({ $0.text != nil }) {
      contents = shard.open.map { ($0, .text(shard.records[$0].text!)) }
    } else {
      try sources.forEach(&shard, of: job) { shard, place, bytes in
        contents.append((place, .entry(name: shard.records[place].entry, bytes: bytes)))
      }
    }
    let vectors = try await embedder.embed(contents.map(\.content))
    shard.add(vectors, at: contents.map(\.place))
    job.advance(items: vectors.rows)
    try shard.commit(job)
  }
}

/// Brings what programs write to their standard error into the log of the run: the notes of the job that runs just then.
final class CommandLog: Sendable {
  private let reader = Mutex<(@Sendable (String) -> Void)?>(nil)

  func follow(_ read: @escaping @Sendable (String) -> Void) { reader.withLock { $0 = read } }

  @Sendable func add(_ line: String) { reader.withLock { $0 }?(line) }
}
