import Foundation

/// The folder of data that lies beside the project on some machines: `../shared`, or VECMILL_SHARED.
enum SharedData {
  static let folder: URL? = {
    let environment = ProcessInfo.processInfo.environment["VECMILL_SHARED"]
    let project = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../..").standardized
    let folder = environment.map { URL(filePath: $0) } ?? project.appending(path: "../shared").standardized
    return FileManager.default.fileExists(atPath: folder.path) ? folder : nil
  }()

  static func file(_ path: String) -> URL? {
    guard let file = folder?.appending(path: path), FileManager.default.fileExists(atPath: file.path) else {
      print("skipped: shared/\(path) is not here")
      return nil
    }
    return file
  }

  /// Runs a program to its end and gives back what it wrote to standard output.
  static func output(of program: String, _ arguments: [String]) throws -> Data {
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = [program] + arguments
    let pipe = Pipe()
    process.standardOutput = pipe
    try process.run()
    let data = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    struct Failed: Error {
      var program: String
      var status: Int32
    }
    guard process.terminationStatus == 0 else { throw Failed(program: program, status: process.terminationStatus) }
    return data
  }
}
