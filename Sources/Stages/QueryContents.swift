import Artifacts
import Bundles
import Media
import Pipelines

/// What the records of some queries hold, as another bundle can be asked with it.
struct QueryContents {
  private var queries: [Int64: BundleQuery] = [:]

  init(_ wanted: Set<Int64>, _ records: JobInput, _ sources: OpenSources, _ job: Job) throws {
    for shard in try records.manifest.shards where shard.rows > 0 && queries.count < wanted.count {
      let mine = try RecordShards.read(shard, in: records.artifact).filter { wanted.contains($0.id) && $0.format != "vector" }
      for record in mine { if let text = record.text { queries[record.id] = .text(text) } }
      try sources.forEach(mine.filter { $0.text == nil }, of: job) { record, content in
        if let bytes = try? content.get() { queries[record.id] = .image(bytes, name: record.entry) }
      }
    }
  }

  subscript(id: Int64) -> BundleQuery? { queries[id] }
}
