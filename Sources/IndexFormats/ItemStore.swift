import Artifacts
import GRDB
import Synchronization
public import SystemPackage

/// Reads `items.sqlite`: records by id or by row, archives, and the rows that meet a condition.
///
/// The file is opened read-only, and stays open; any number of threads may ask.
public final class ItemStore: Sendable {
  let path: FilePath
  private let queue: DatabaseQueue
  let conditions: Mutex<ConditionConnection>
  /// Columns for scalar sidecar fields, by name.
  public let fields: [ItemField]
  /// Records in all.
  public let count: Int

  /// - Throws: `IndexFormatError` if the file cannot be read, is no item store, or is of a later version.
  public init(_ path: FilePath) throws {
    self.path = path
    var configuration = Configuration()
    configuration.readonly = true
    (queue, fields, count) = try IndexFormatError.sqlite(path) {
      let queue = try DatabaseQueue(path: path.string, configuration: configuration)
      let (fields, count) = try queue.read { try Self.check($0, path) }
      return (queue, fields, count)
    }
    conditions = Mutex(try ConditionConnection(path))
  }

  private static func check(_ database: Database, _ path: FilePath) throws -> ([ItemField], Int) {
    let mark = try Int.fetchOne(database, sql: "PRAGMA application_id")
    let version = try Int.fetchOne(database, sql: "PRAGMA user_version") ?? 0
    guard mark == ItemStoreSchema.applicationID else {
      throw IndexFormatError(.invalid, path, "an SQLite file, but not one of items")
    }
    guard version == ItemStoreSchema.version else {
      throw IndexFormatError(.invalid, path, "format version \(version); this program reads \(ItemStoreSchema.version)")
    }
    // A file from elsewhere must not bring views or triggers that run when it is asked.
    let objects = try String.fetchAll(database, sql: "SELECT type || ' ' || name FROM sqlite_schema ORDER BY 1")
    guard objects == ItemStoreSchema.objects else {
      throw IndexFormatError(
        .invalid, path, "it holds other tables than an item store: \(objects.joined(separator: ", "))")
    }
    // Nor tables of the same names with other columns.
    let columns = try database.columns(in: "items").map(\.name)
    guard columns.starts(with: ItemStoreSchema.itemColumns) else {
      throw IndexFormatError(.invalid, path, "its table of items has other columns: \(columns.joined(separator: ", "))")
    }
    let fields = try Row.fetchAll(database, sql: "SELECT key, \"column\", kind, count FROM fields ORDER BY \"column\"").map {
      try ItemField(
        key: $0.decode(atIndex: 0), column: $0.decode(atIndex: 1), kind: .init(rawValue: $0.decode(atIndex: 2)) ?? .text,
        count: $0.decode(atIndex: 3))
    }
    return (fields, try Int.fetchOne(database, sql: "SELECT coalesce(max(row) + 1, 0) FROM items") ?? 0)
  }

  /// Names that a condition may use.
  public var columns: [String] { ItemStoreSchema.itemColumns + fields.map(\.column) }

  /// The records with these ids, in the order asked for; nil for an id that is not there.
  public func items(ids: [Int64]) throws -> [Item?] {
    try fetch("SELECT * FROM items WHERE id = ?", each: ids)
  }

  /// The records at these rows of the index, in the order asked for; nil for a row that is not there.
  public func items(rows: [Int]) throws -> [Item?] {
    try fetch("SELECT * FROM items WHERE row = ?", each: rows.map(Int64.init))
  }

  /// The rows of these ids in the index; nil for an id that is not there.
  public func rows(ids: [Int64]) throws -> [Int?] {
    try read { database in
      let statement = try database.cachedStatement(sql: "SELECT row FROM items WHERE id = ?")
      return try ids.map { try Int.fetchOne(statement, arguments: [$0]) }
    }
  }

  /// Every id, in the order of the rows.
  public func ids() throws -> [Int64] {
    try read { try Int64.fetchAll($0, sql: "SELECT id FROM items ORDER BY row") }
  }

  /// Every archive, by name.
  public func archives() throws -> [ItemArchive] {
    try read { database in
      try Row.fetchAll(database, sql: "SELECT name, path, size, digest FROM archives ORDER BY name").map { row in
        let name: String = try row.decode(atIndex: 0)
        guard let digest = Digest(hex: try row.decode(atIndex: 3)) else {
          throw IndexFormatError(.invalid, path, "archive \(name) has no digest")
        }
        return ItemArchive(name: name, path: try row.decode(atIndex: 1), size: try row.decode(atIndex: 2), digest: digest)
      }
    }
  }

  /// How many items lie in each archive.
  public func countsByArchive() throws -> [String: Int] {
    try read { database in
      let rows = try Row.fetchAll(database, sql: "SELECT archive, count(*) FROM items GROUP BY archive")
      return Dictionary(rows.map { ($0[0], $0[1]) }) { $0 + $1 }
    }
  }

  private func fetch(_ sql: String, each keys: [Int64]) throws -> [Item?] {
    try read { database in
      let statement = try database.cachedStatement(sql: sql)
      return try keys.map { try Row.fetchOne(statement, arguments: [$0]).map(Item.init) }
    }
  }

  func read<Value>(_ body: (Database) throws -> Value) throws -> Value {
    try IndexFormatError.sqlite(path) { try queue.read(body) }
  }
}

extension Item {
  /// From a row of `SELECT *`: generated columns come after these.
  ///
  /// SQLite keeps a text in a column of numbers if it is told to; GRDB's subscripts would trap on it.
  fileprivate init(_ row: Row) throws {
    try self.init(
      id: row.decode(atIndex: 1), archive: row.decode(atIndex: 2), entry: row.decode(atIndex: 3),
      ordinal: row.decode(atIndex: 4), offset: row.decode(atIndex: 5), size: row.decode(atIndex: 6),
      position: row.decode(atIndex: 7), digest: row.decode(atIndex: 8), format: row.decode(atIndex: 9),
      width: row.decode(atIndex: 10), height: row.decode(atIndex: 11), caption: row.decode(atIndex: 12),
      text: row.decode(atIndex: 13), fields: row.decode(atIndex: 14))
  }
}
