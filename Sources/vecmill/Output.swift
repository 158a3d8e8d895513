import ArgumentParser
import Artifacts
import FoundationEssentials
import Glibc
import Reports
import SystemPackage

/// Where results go, and where all else goes.
enum Output {
  /// Writes bytes of a result to standard output.
  ///
  /// - Throws: `ReaderGone` if nobody reads them any more.
  static func bytes(_ bytes: some Sequence<UInt8>) throws {
    do {
      try FileDescriptor.standardOutput.writeAll(bytes)
    } catch let error as Errno {
      if error == .brokenPipe { throw ReaderGone() }
      throw DiskError(.write, "standard output", error)
    }
  }

  static func text(_ text: String) throws { try bytes(text.utf8) }

  static func line(_ line: String) throws { try text(line + "\n") }

  static func json(_ value: some Encodable) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    // JSON has no infinity; a figure that is none is better as a word than as an error.
    encoder.nonConformingFloatEncodingStrategy = .convertToString(positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    try line(SafeText.escapedJSON(String(decoding: try encoder.encode(value), as: UTF8.self)))
  }

  /// Makes the folders of files that are written at the end, so that a wrong path is told before the work, not after it.
  static func makeFolders(of files: [String?], on disk: any Disk = SystemDisk()) throws {
    for case let file? in files {
      let folder = FilePath(file).removingLastComponent()
      if !folder.isEmpty { try disk.makeFolder(folder) }
    }
  }

  /// Tells a person something on standard error; what cannot be written is lost.
  static func note(_ text: String) { _ = try? FileDescriptor.standardError.writeAll((text + "\n").utf8) }

  static var isTerminal: Bool { isatty(STDOUT_FILENO) == 1 }

  /// Whether messages on standard error are coloured: on a terminal, unless `NO_COLOR` is set (https://no-color.org).
  static var hasColour: Bool {
    let environment = ProcessInfo.processInfo.environment
    return isatty(STDERR_FILENO) == 1 && (environment["NO_COLOR"] ?? "").isEmpty && environment["TERM"] != "dumb"
  }

  /// Columns that a table may take.
  static var columns: Int {
    var size = winsize()
    if ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 { return max(40, Int(size.ws_col)) }
    // A pipe or a file has room for whole names; whoever reads it may look for one.
    return max(40, ProcessInfo.processInfo.environment["COLUMNS"].flatMap { Int($0) } ?? 10_000)
  }
}

/// Who read our output went away: nothing is wrong, and nothing more is wanted.
struct ReaderGone: Error {}

/// A command whose output can be JSON.
protocol ReportingCommand: AsyncParsableCommand {
  var format: OutputOptions { get }
}

struct OutputOptions: ParsableArguments {
  @Flag(name: .long, help: "Write the result, or the error, as JSON to standard output.")
  var json = false
}
