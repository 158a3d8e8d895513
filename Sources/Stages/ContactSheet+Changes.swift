import Bundles
import IndexFormats
import Media
import Pipelines
import Quality
import Tensors
import VectorSearch

extension ContactSheet {
  /// The queries whose answers differ most from the champion's, each with both; queries whose answers are the same are left out.
  static func changes(
    _ truth: TruthFile, _ found: SearchResult, _ answers: SearchResult, _ champion: ChampionVersion, count: Int,
    _ sources: OpenSources, _ job: Job
  ) throws -> [Change] {
    let overlaps = (0..<found.queries).map { RankOverlap.biased(found[ids: $0], answers[ids: $0], depth: hits) }
    let chosen = overlaps.indices.filter { truth.queryIDs[$0] >= 0 && overlaps[$0] < 1 }
      .sorted { (overlaps[$0], $0) < (overlaps[$1], $1) }.prefix(count)
    guard !chosen.isEmpty, let records = try Preparation.records(in: job.lineage()) else { return [] }
    let wanted = chosen.flatMap { query in
      [truth.queryIDs[query]] + (found[ids: query].prefix(hits) + answers[ids: query].prefix(hits)).filter { $0 >= 0 }
    }
    var items = try self.items(Set(wanted), records, sources, job)
    // What the champion has and the corpus no longer holds lies in the champion's own archives, if those are still there.
    for case let item? in try champion.bundle.items.items(ids: Array(Set(wanted).subtracting(items.keys)).sorted()) {
      items[item.id] = self.item(item, champion.searcher)
    }
    return chosen.compactMap { query in
      guard let asked = items[truth.queryIDs[query]] else { return nil }
      return Change(
        query: asked, overlap: overlaps[query], old: ranked(answers, query, items), new: ranked(found, query, items))
    }
  }

  private static func ranked(_ result: SearchResult, _ query: Int, _ items: [Int64: Item]) -> [Item] {
    zip(result[ids: query], result[distances: query]).prefix(hits).enumerated().compactMap { rank, hit in
      var item = items[hit.0]
      item?.rank = rank + 1
      item?.score = hit.1
      return item
    }
  }

  /// An item of a bundle, with its picture if that can be had.
  static func item(_ item: IndexFormats.Item, _ searcher: BundleSearcher) -> Item {
    var shown = Item(
      id: item.id, archive: item.archive, entry: item.entry, caption: item.caption, jpeg: nil,
      text: item.text.map { String($0.prefix(200)) }, rank: nil, score: nil)
    if item.text == nil, item.format != "vector", let bytes = try? searcher.sources.bytes(of: item) {
      shown.jpeg = thumbnail(bytes)
    }
    return shown
  }
}
