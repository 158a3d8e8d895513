import Artifacts
package import IndexFormats
import Media
import Pipelines

/// The class of each item, by a field that its record carries.
package struct LabelTable {
  package private(set) var labels: [Int64: String] = [:]
  /// Items of each class.
  private(set) var counts: [String: Int] = [:]

  /// Of the items that a stage holds.
  ///
  /// - Parameter ids: those in the index; others of the records were dropped on the way.
  init(_ field: String, records: JobInput, ids: Set<Int64>) throws {
    for shard in try records.manifest.shards where shard.rows > 0 {
      try Task.checkCancellation()
      for record in try RecordShards.read(shard, in: records.artifact) where ids.contains(record.id) {
        add(Self.label(field, record.fields), of: record.id)
      }
    }
  }

  /// Of the items of a bundle.
  package init(_ field: String, items: ItemStore) throws {
    for start in stride(from: 0, to: items.count, by: 8192) {
      try Task.checkCancellation()
      for case let item? in try items.items(rows: Array(start..<min(start + 8192, items.count))) {
        add(Self.label(field, item.fields), of: item.id)
      }
    }
  }

  private mutating func add(_ label: String?, of id: Int64) {
    guard let label else { return }
    labels[id] = label
    counts[label, default: 0] += 1
  }

  /// The field's value as text; nil where there is none.
  static func label(_ field: String, _ fields: String?) -> String? {
    guard let fields, let value = (try? OptionValue(json: fields))?[field], !value.isNull else { return nil }
    return value.text ?? value.canonicalJSON
  }

  /// Whether each answer has the class, nearest first, and how many items could have been found.
  ///
  /// - Parameter own: the query's id where it is an item itself; it is never its own answer.
  package func ranking(_ answers: some Sequence<Int64>, of label: String, leavingOut own: Int64) -> (
    isRight: [Bool], relevant: Int
  ) {
    let isOwn = own >= 0 && labels[own] == label
    return (answers.prefix { $0 >= 0 }.map { labels[$0] == label }, (counts[label] ?? 0) - (isOwn ? 1 : 0))
  }
}
