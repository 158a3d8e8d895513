import Artifacts
import SystemPackage

/// What a command reads.
enum Input {
  /// The content of a file that a person names; `-` is standard input.
  static func bytes(_ name: String) throws(DiskError) -> [UInt8] {
    try SystemDisk().read(name == "-" ? "/dev/stdin" : FilePath(name))
  }
}
