import GRDB
import GRDBSQLite
import SystemPackage

extension Database {
  /// What the system said when a call on the database's file failed last; nil if none did.
  ///
  /// The file remembers it. `sqlite3_system_errno` does not: the rollback that follows a failure has replaced it.
  var lastSystemError: Errno? {
    var code: Int32 = 0
    sqlite3_file_control(sqliteConnection, "main", SQLITE_FCNTL_LAST_ERRNO, &code)
    return code == 0 ? nil : Errno(rawValue: code)
  }
}
