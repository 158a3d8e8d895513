import Foundation
import Testing

/// Everything that is written for good goes through `Commit`, or RELIABILITY.md says why not.
@Suite struct WritersTests {
  /// Who opens files for writing, or gives names, by itself.
  private static let known: Set<String> = [
    // The disk itself, and the locks, whose text is only told.
    "Artifacts/SystemDisk.swift", "Artifacts/SystemDisk+Folders+Unsafe.swift", "Artifacts/RunLock.swift",
    "Registries/RegistryLock.swift",
    // Logs, and an oracle's answers to tests.
    "Reports/Runs/TraceFile.swift", "Reports/Outputs/LineageLog.swift", "vecmill/Commands/ReadingOracle.swift",
    // Files of a folder that is exchanged when all of them are synced.
    "IndexFormats/SQLiteHeader.swift", "Bundles/FileCopy.swift",
  ]

  @Test func nobodyElseWritesByItself() throws {
    let sources = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
      .appending(path: "Sources")
    let writing = try Regex(
      #"O_WRONLY|O_RDWR|O_CREAT|\.writeOnly|\.readWrite\b|createFile\(|\.write\(to:|Glibc\.rename|vm_rename"#)
    let names = FileManager.default.enumerator(atPath: sources.path)!.compactMap { $0 as? String }
    let found = try names.filter { name in
      guard name.hasSuffix(".swift"), !name.hasPrefix("vecmill-bench/") else { return false }
      return try String(contentsOf: sources.appending(path: name), encoding: .utf8).contains(writing)
    }
    #expect(Set(found).subtracting(Self.known).isEmpty, "these write past Commit; say in RELIABILITY.md how and why")
  }
}
