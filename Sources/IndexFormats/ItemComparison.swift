import GRDB

/// How the items of two stores differ, by ids and digests of contents; both are read once, in the order of ids.
public struct ItemComparison: Sendable, Equatable, Codable {
  public private(set) var added = 0
  public private(set) var removed = 0
  /// Ids that both have, with other contents.
  public private(set) var changed = 0
  public private(set) var unchanged = 0
  /// The first ids of each sort, no more than 20.
  public private(set) var addedIDs: [Int64] = []
  public private(set) var removedIDs: [Int64] = []
  public private(set) var changedIDs: [Int64] = []

  /// - Throws: `IndexFormatError` if a store cannot be read.
  public init(from old: ItemStore, to new: ItemStore) throws {
    try old.eachDigest { one in
      try new.eachDigest { other in try compare(one, other) }
    }
  }

  private mutating func compare(_ one: ItemStore.DigestCursor, _ other: ItemStore.DigestCursor) throws {
    var (left, right) = (try one.next(), try other.next())
    while left != nil || right != nil {
      if let old = left, let new = right, old.id == new.id {
        if old.digest == new.digest { unchanged += 1 } else { Self.note(old.id, &changed, &changedIDs) }
        (left, right) = (try one.next(), try other.next())
      } else if let old = left, right.map({ old.id < $0.id }) ?? true {
        Self.note(old.id, &removed, &removedIDs)
        left = try one.next()
      } else {
        Self.note(right!.id, &added, &addedIDs)
        right = try other.next()
      }
    }
  }

  private static func note(_ id: Int64, _ count: inout Int, _ ids: inout [Int64]) {
    count += 1
    if ids.count < 20 { ids.append(id) }
  }
}

extension ItemStore {
  /// Ids and digests of contents in the order of ids, one after the other.
  final class DigestCursor {
    private let rows: RowCursor
    init(_ rows: RowCursor) { self.rows = rows }

    func next() throws -> (id: Int64, digest: String)? { try rows.next().map { ($0[0], $0[1]) } }
  }

  func eachDigest<Value>(_ body: (DigestCursor) throws -> Value) throws -> Value {
    try read { try body(DigestCursor(Row.fetchCursor($0, sql: "SELECT id, digest FROM items ORDER BY id"))) }
  }
}
