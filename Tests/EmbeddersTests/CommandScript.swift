import Embedders
import Foundation

/// A Python program in a file of its own that goes when the value does.
final class Script: Sendable {
  let path: String

  /// Nil where there is no Python.
  init?(_ source: String) {
    guard (try? SharedData.output(of: "python3", ["--version"])) != nil else {
      print("skipped: no python3 here")
      return nil
    }
    path = FileManager.default.temporaryDirectory.appending(path: "vecmill-script-\(UUID()).py").path
    guard (try? Data(source.utf8).write(to: URL(filePath: path))) != nil else { return nil }
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  func options(dimension: Int) -> CommandOptions {
    CommandOptions(program: "python3", arguments: [path], version: "1", dimension: dimension, timeout: 20)
  }

  func embedder(
    dimension: Int, workers: Int = 1, timeout: Double = 20, startup: Double = 20,
    log: @escaping @Sendable (String) -> Void = { _ in }
  ) throws -> CommandEmbedder {
    var options = options(dimension: dimension)
    options.timeout = timeout
    options.startupTimeout = startup
    return try CommandEmbedder(options, workers: workers, log: log)
  }

  /// A program that reads batches, lets `body` make `rows` of `entries`, and answers.
  static func answering(_ body: String, repeats: Bool = true, type: String = "<f4", code: String = "f") -> String {
    """
    import struct, sys
    def read(size):
        data = sys.stdin.buffer.read(size) if size else b""
        if len(data) < size: sys.exit(0)
        return data
    def answer(rows):
        header = "{'descr': '\(type)', 'fortran_order': False, 'shape': (%d, %d), }" % (len(rows), len(rows[0]))
        header += " " * (-(11 + len(header)) % 64) + "\\n"
        file = b"\\x93NUMPY\\x01\\x00" + struct.pack("<H", len(header)) + header.encode()
        file += b"".join(struct.pack("<%d\(code)" % len(row), *row) for row in rows)
        sys.stdout.buffer.write(struct.pack("<Q", len(file)) + file)
        sys.stdout.buffer.flush()
    while True:
        entries = []
        for _ in range(struct.unpack("<I", read(4))[0]):
            name = read(struct.unpack("<I", read(4))[0]).decode()
            entries.append((name, read(struct.unpack("<Q", read(8))[0])))
    \(body.split(separator: "\n", omittingEmptySubsequences: false).map { "    " + $0 }.joined(separator: "\n"))
        answer(rows)
        if not \(repeats ? "True" : "False"): break
    """
  }
}
