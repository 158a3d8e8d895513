import Artifacts
import SystemPackage

/// What a command reads.
enum Input {
  /// The content of a file that a person names; `-` is standard input.
  ///
  /// A pipe tells no size, so it is read to its end.
  /// - Throws: `DiskError`
  static func bytes(_ name: String) throws -> [UInt8] {
    name == "-" ? try standardInput() : try SystemDisk().read(FilePath(name))
  }

  private static func standardInput() throws -> [UInt8] {
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    do {
      while true {
        let count = try buffer.withUnsafeMutableBytes { try FileDescriptor.standardInput.read(into: $0) }
        if count == 0 { return bytes }
        bytes += buffer[..<count]
      }
    } catch let error as Errno { throw DiskError(.read, "standard input", error) }
  }
}
