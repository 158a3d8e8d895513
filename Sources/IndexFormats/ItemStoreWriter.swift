public import Artifacts
import GRDB
public import SystemPackage

/// An archive that items of a bundle lie in.
public struct ItemArchive: Sendable, Hashable, Codable {
  /// The name that the items give.
  public var name: String
  /// Where it lies, relative to the folder of the bundle.
  public var path: String
  /// Bytes.
  public var size: Int
  public var digest: Digest

  public init(name: String, path: String, size: Int, digest: Digest) {
    self.name = name
    self.path = path
    self.size = size
    self.digest = digest
  }
}

/// Writes `items.sqlite`: items in the order of the index, then archives, then columns for the fields that were met.
///
/// The same items give the same bytes. There is no journal: a file whose writing was cut off is thrown away.
public final class ItemStoreWriter {
  private let path: FilePath
  private let queue: DatabaseQueue
  private var survey = ItemFieldSurvey()
  private var rows = 0
  private var archivesMet: Set<String> = []

  /// - Throws: `DiskError` if the file cannot be made or is there already, `IndexFormatError` if SQLite refuses it.
  public init(_ path: FilePath) throws {
    self.path = path
    // Made here: of a file that it cannot make itself, SQLite tells nobody why, a full disk or another reason.
    try SystemDisk().create(path).close()
    var configuration = Configuration()
    configuration.label = "items.sqlite"
    configuration.prepareDatabase { try Self.prepare($0) }
    queue = try IndexFormatError.sqlite(path) {
      try DatabaseQueue(path: path.string, configuration: configuration)
    }
    try write { try $0.execute(sql: ItemStoreSchema.marks + ItemStoreSchema.tables) }
  }

  /// Nothing here writes: what fails while the file is opened has no connection yet that could be asked why.
  ///
  /// SQLite takes `cache_size` twice: for pages, and for what it sorts at a time where the index of ids is made.
  private static func prepare(_ database: Database) throws {
    for pragma in [
      "page_size = 4096", "encoding = 'UTF-8'", "auto_vacuum = NONE", "journal_mode = OFF", "synchronous = OFF",
      "locking_mode = EXCLUSIVE", "cache_size = -16384", "temp_store = FILE",
    ] { try database.execute(sql: "PRAGMA \(pragma)") }
  }

  /// Takes the next items.
  ///
  /// - Throws: `IndexFormatError` if an item's fields are no JSON object, or they cannot be written.
  public func append(_ items: [Item]) throws {
    for item in items {
      try survey.note(item)
      archivesMet.insert(item.archive)
    }
    try write { database in
      let insertion = try ItemInsertion(database)
      for item in items {
        try insertion.insert(item, row: rows)
        rows += 1
      }
    }
  }

  /// Adds archives, field columns and the index of ids, and closes the file.
  ///
  /// - Parameter archives: where the items' bytes lie; none, if that is not to be told.
  /// - Throws: `IndexFormatError` if two items have one id, an item's archive is not among those told, or the file cannot be
  ///   written.
  public func finish(archives: [ItemArchive]) throws {
    if !archives.isEmpty, let stranger = archivesMet.subtracting(archives.map(\.name)).min() {
      throw IndexFormatError(.shape, "archive \(stranger)", "items lie in it, but it is not among the archives given")
    }
    let fields = survey.fields
    try write { database in
      for archive in archives.sorted(by: { $0.name < $1.name }) {
        try database.execute(
          sql: "INSERT INTO archives VALUES (?, ?, ?, ?)",
          arguments: [archive.name, archive.path, archive.size, archive.digest.hex])
      }
      for field in fields {
        try database.execute(sql: ItemStoreSchema.virtualColumn(field))
        try database.execute(
          sql: "INSERT INTO fields VALUES (?, ?, ?, ?)",
          arguments: [field.column, field.key, field.kind.rawValue, field.count])
      }
      try Self.buildIndex(database)
    }
    try IndexFormatError.sqlite(path) { try queue.close() }
    try SQLiteHeader.seal(path)
  }

  private static func buildIndex(_ database: Database) throws {
    do { try database.execute(sql: ItemStoreSchema.index) } catch let error as DatabaseError {
      guard error.resultCode == .SQLITE_CONSTRAINT else { throw error }
      throw try collision(in: database) ?? error
    }
  }

  /// Two items that have one id.
  private static func collision(in database: Database) throws -> IndexFormatError? {
    let repeated = "SELECT id FROM items GROUP BY id HAVING count(*) > 1 ORDER BY min(row) LIMIT 1"
    let items = try Row.fetchAll(
      database, sql: "SELECT id, archive, entry FROM items WHERE id = (\(repeated)) ORDER BY row LIMIT 2")
    guard let id = items.first?["id"] as Int64? else { return nil }
    let names = items.map { "\($0["archive"] as String)/\($0["entry"] as String)" }
    return IndexFormatError(.shape, "id \(id)", "two items have it: \(names.joined(separator: " and "))")
  }

  private func write(_ body: (Database) throws -> Void) throws {
    try IndexFormatError.sqlite(path) {
      do { try queue.write(body) } catch let error as DatabaseError {
        // A quota and a limit on file sizes are I/O errors like any other to SQLite.
        guard error.resultCode == .SQLITE_IOERR, let errno = systemError else { throw error }
        throw IndexFormatError(errno, path, "SQLite: \(error.message ?? error.resultCode.description)")
      }
    }
  }

  /// What the system said when a call on the file failed last.
  private var systemError: Errno? { queue.inDatabase(\.lastSystemError) }
}

extension IndexFormatError {
  /// Runs what speaks to SQLite, and names the file in its errors.
  static func sqlite<Value>(_ path: FilePath, _ body: () throws -> Value) throws -> Value {
    do { return try body() } catch let error as DatabaseError {
      let damaged: [ResultCode] = [.SQLITE_CORRUPT, .SQLITE_NOTADB]
      throw IndexFormatError(
        damaged.contains(error.resultCode) ? .invalid : error.resultCode == .SQLITE_FULL ? .full : .io, path,
        "SQLite: \(error.message ?? error.resultCode.description)")
    } catch is RowDecodingError {
      throw IndexFormatError(.invalid, path, "a column holds a value of another type")
    }
  }
}
