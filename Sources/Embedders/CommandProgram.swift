internal import Artifacts
internal import Foundation

/// The program's file, and the digest of what it does.
struct CommandProgram {
  let path: String
  let name: String
  /// Over version, dimension, the program's bytes, and each argument: the bytes of a file that it names, or the word itself.
  /// Where the files lie does not count.
  let digest: Digest

  /// - Throws: `CommandError.program` when there is no such program, or one of the files cannot be read.
  init(_ options: CommandOptions) throws {
    let path = try Self.find(options.program)
    self.path = path
    name = URL(filePath: path).lastPathComponent
    var parts = ["command 1", options.version, "\(options.dimension)", try Self.digest(path).hex]
    for argument in options.arguments {
      var isFolder: ObjCBool = false
      let isFile = FileManager.default.fileExists(atPath: argument, isDirectory: &isFolder) && !isFolder.boolValue
      parts.append(isFile ? "file \(try Self.digest(argument))" : "word \(argument)")
    }
    // The lengths keep the parts apart.
    digest = Digest(of: parts.map { "\($0.utf8.count):\($0)" }.joined())
  }

  private static func find(_ program: String) throws -> String {
    let folders =
      program.contains("/")
      ? [] : (ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin").split(separator: ":").map(String.init)
    let candidates = program.contains("/") ? [program] : folders.map { "\($0)/\(program)" }
    for candidate in candidates where FileManager.default.isExecutableFile(atPath: candidate) {
      var isFolder: ObjCBool = false
      if FileManager.default.fileExists(atPath: candidate, isDirectory: &isFolder), !isFolder.boolValue {
        return candidate
      }
    }
    throw CommandError.program(
      program, reason: program.contains("/") ? "no file that can be executed" : "not found in PATH")
  }

  private static func digest(_ path: String) throws -> Digest {
    guard let file = FileHandle(forReadingAtPath: path) else {
      throw CommandError.program(path, reason: "cannot be read")
    }
    defer { try? file.close() }
    var hasher = Digest.Hasher()
    do {
      while let piece = try file.read(upToCount: 1 << 20), !piece.isEmpty { hasher.update([UInt8](piece)) }
    } catch { throw CommandError.program(path, reason: "cannot be read: \(error.localizedDescription)") }
    return hasher.finish()
  }
}
