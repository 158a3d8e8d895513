import Glibc
import SystemPackage

/// The first 100 bytes of an SQLite file (https://www.sqlite.org/fileformat2.html).
enum SQLiteHeader {
  /// Gives a finished file the bytes that its content decides, and makes it durable: the count of transactions becomes
  /// 1, and the number of the library that wrote last becomes that of 3.31.0, the first that knows generated columns.
  static func seal(_ path: FilePath) throws {
    do {
      let file = try FileDescriptor.open(path, .writeOnly, options: .closeOnExec)
      try file.closeAfter {
        _ = try file.writeAll(toAbsoluteOffset: 24, [0, 0, 0, 1])
        // The count for which the number of pages and of the library hold; it must equal the one above.
        _ = try file.writeAll(toAbsoluteOffset: 92, [0, 0, 0, 1, 0x00, 0x2E, 0x3F, 0xD8])
        guard fsync(file.rawValue) == 0 else { throw Errno(rawValue: errno) }
      }
    } catch let error as Errno { throw IndexFormatError(error, path, "cannot be written") }
  }
}
