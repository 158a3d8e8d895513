import GRDBSQLite
import SystemPackage

/// A read-only connection that does nothing but evaluate conditions, one at a time.
///
/// It is opened with the store, so that it goes on working when the file is replaced and removed. It speaks to SQLite
/// directly because GRDB has its own authorizer on every connection, and SQLite knows one only.
final class ConditionConnection {
  private var connection: OpaquePointer?
  private let watch = Watch()

  /// What the callbacks need; it lives as long as the connection.
  private final class Watch {
    var deadline = ContinuousClock.now
    var selects = 0
    var denied: String?
    var isLate = false
  }

  init(_ path: FilePath) throws {
    guard sqlite3_open_v2(path.string, &connection, SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX, nil) == SQLITE_OK else {
      defer { sqlite3_close(connection) }
      throw IndexFormatError(.io, path, "SQLite: \(message)")
    }
    let limits = [
      (SQLITE_LIMIT_SQL_LENGTH, 20_000), (SQLITE_LIMIT_EXPR_DEPTH, 200), (SQLITE_LIMIT_VARIABLE_NUMBER, 0),
      (SQLITE_LIMIT_LIKE_PATTERN_LENGTH, 256), (SQLITE_LIMIT_ATTACHED, 0), (SQLITE_LIMIT_LENGTH, 100_000_000),
    ]
    for (limit, value) in limits { sqlite3_limit(connection, limit, Int32(value)) }
    _disableDoubleQuotedStringLiterals(connection)
    sqlite3_exec(connection, "PRAGMA query_only = ON", nil, nil, nil)
    let context = Unmanaged.passUnretained(watch).toOpaque()
    sqlite3_set_authorizer(connection, Self.authorize, context)
    sqlite3_progress_handler(connection, 10_000, Self.isTooLate, context)
  }

  deinit { sqlite3_close(connection) }

  private var message: String { connection.map { String(cString: sqlite3_errmsg($0)) } ?? "out of memory" }

  func matches(_ condition: ItemCondition, limit: Duration) throws -> [ItemStore.Match] {
    (watch.deadline, watch.selects, watch.denied, watch.isLate) = (.now + limit, 0, nil, false)
    var statement: OpaquePointer?
    let sql = "SELECT row, id FROM items WHERE (\n\(condition.text)\n) ORDER BY row"
    defer { sqlite3_finalize(statement) }
    guard sqlite3_prepare_v2(connection, sql, -1, &statement, nil) == SQLITE_OK else {
      throw ConditionFault(reason: watch.denied ?? "SQLite: \(message)", isName: watch.denied == nil)
    }
    var matches: [ItemStore.Match] = []
    while true {
      switch sqlite3_step(statement) {
      case SQLITE_ROW:
        matches.append(.init(row: Int(sqlite3_column_int64(statement, 0)), id: sqlite3_column_int64(statement, 1)))
      case SQLITE_DONE: return matches
      case SQLITE_INTERRUPT where watch.isLate:
        throw ConditionFault(reason: "it takes too long", isName: false)
      default: throw ConditionFault(reason: "SQLite: \(message)", isName: false)
      }
    }
  }

  private static let authorize:
    @convention(c) (
      UnsafeMutableRawPointer?, Int32, UnsafePointer<CChar>?, UnsafePointer<CChar>?, UnsafePointer<CChar>?,
      UnsafePointer<CChar>?
    ) -> Int32 = { context, action, first, second, _, _ in
      let watch = Unmanaged<Watch>.fromOpaque(context!).takeUnretainedValue()
      switch action {
      case SQLITE_SELECT:
        watch.selects += 1
        // The first is ours.
        if watch.selects == 1 { return SQLITE_OK }
        watch.denied = "a SELECT inside a condition is not allowed"
      case SQLITE_READ:
        let table = first.map { String(cString: $0) } ?? ""
        if table == "items" { return SQLITE_OK }
        watch.denied = "it may read the items alone, not \(table)"
      case SQLITE_FUNCTION:
        let function = second.map { String(cString: $0).asciiLowercased } ?? ""
        if ConditionFunctions.allowed.contains(function) { return SQLITE_OK }
        watch.denied = "function \(function) is not allowed here; \(ConditionFunctions.list)"
      default: watch.denied = "it may compare columns of items, and nothing else"
      }
      return SQLITE_DENY
    }

  private static let isTooLate: @convention(c) (UnsafeMutableRawPointer?) -> Int32 = { context in
    let watch = Unmanaged<Watch>.fromOpaque(context!).takeUnretainedValue()
    watch.isLate = ContinuousClock.now > watch.deadline
    return watch.isLate ? 1 : 0
  }
}

/// Functions of SQLite that a condition may call: none that allocates at will, has a side effect, or looks outside the
/// row.
enum ConditionFunctions {
  static let allowed: Set = [
    "abs", "ceil", "ceiling", "coalesce", "date", "datetime", "floor", "glob", "hex", "ifnull", "iif", "instr",
    "json_array_length", "json_extract", "json_type", "json_valid", "julianday", "length", "like", "lower", "ltrim",
    "max", "min", "nullif", "pow", "power", "round", "rtrim", "sign", "sqrt", "substr", "substring", "time", "trim",
    "trunc", "typeof", "unicode", "unixepoch", "upper", "->", "->>",
  ]

  static var list: String {
    "the functions are " + allowed.filter { $0.first!.isLetter }.sorted().joined(separator: ", ")
  }
}
