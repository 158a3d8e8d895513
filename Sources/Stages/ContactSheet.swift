import Artifacts
import FoundationEssentials
import Media
import Pipelines
import Tensors
import VectorSearch

/// Some queries with their nearest items, as `measure.contact.json` holds them: pictures small enough to stand in a report.
struct ContactSheet: Codable {
  struct Item: Codable {
    var id: Int64
    var archive: String
    var entry: String
    var caption: String?
    /// A small JPEG, base64; pictures only.
    var jpeg: String?
    /// The beginning of the text; texts only.
    var text: String?
    var rank: Int?
    var score: Float?
  }

  struct Query: Codable {
    var query: Item
    var hits: [Item]
  }

  /// A query of which the champion's answers are others than those of the index.
  struct Change: Codable {
    var query: Item
    /// Rank-biased overlap of the two.
    var overlap: Double
    var old: [Item]
    var new: [Item]
  }

  var queries: [Query]
  /// Those that changed most first.
  var changes: [Change]?

  var bytes: [UInt8] { get throws { try JSONFile.bytes(of: self) } }

  /// Hits shown a query.
  static let hits = 8
  /// Pixels of a thumbnail's longer side.
  private static let side = 96

  static func make(
    _ truth: TruthFile, _ found: SearchResult, count: Int, _ sources: OpenSources, _ job: Job
  ) throws -> ContactSheet {
    let chosen = Array((0..<truth.queries.rows).filter { truth.queryIDs[$0] >= 0 }.prefix(count))
    guard !chosen.isEmpty, let records = try Preparation.records(in: job.lineage()) else {
      return ContactSheet(queries: [])
    }
    let wanted = Set(chosen.flatMap { query in [truth.queryIDs[query]] + found[ids: query].prefix(hits).filter { $0 >= 0 } })
    let items = try self.items(wanted, records, sources, job)
    return ContactSheet(
      queries: chosen.compactMap { query in
        guard let asked = items[truth.queryIDs[query]] else { return nil }
        let answers = zip(found[ids: query], found[distances: query]).prefix(hits).enumerated().compactMap { rank, hit in
          var item = items[hit.0]
          item?.rank = rank + 1
          item?.score = hit.1
          return item
        }
        return Query(query: asked, hits: answers)
      })
  }

  static func items(
    _ wanted: Set<Int64>, _ records: JobInput, _ sources: OpenSources, _ job: Job
  ) throws -> [Int64: Item] {
    var items: [Int64: Item] = [:]
    for shard in try records.manifest.shards where items.count < wanted.count {
      let mine = try RecordShards.read(shard, in: records.artifact).filter { wanted.contains($0.id) }
      for record in mine where record.text != nil || record.format == "vector" { items[record.id] = Item(record) }
      let pictures = mine.filter { items[$0.id] == nil }
      try sources.forEach(pictures, of: job) { record, content in
        var item = Item(record)
        if let bytes = try? content.get() { item.jpeg = thumbnail(bytes) }
        items[record.id] = item
      }
    }
    return items
  }

  static func thumbnail(_ bytes: [UInt8]) -> String? {
    guard let image = try? ImageDecoder(minimumSide: side).decode(bytes),
      let jpeg = try? ImageEncoder(quality: 75).jpeg(image.thumbnail(side: side))
    else { return nil }
    return Data(jpeg).base64EncodedString()
  }
}

extension ContactSheet.Item {
  init(_ record: Record) {
    self.init(
      id: record.id, archive: record.archive, entry: record.entry, caption: record.caption, jpeg: nil,
      text: record.text.map { String($0.prefix(200)) }, rank: nil, score: nil)
  }
}
