import Foundation
import Pipelines

/// Python's jsonschema as a judge of ours.
enum PythonSchema {
  static let isAvailable = (try? run("import jsonschema, yaml", input: "")) != nil

  /// For each file "valid", "invalid", or what is wrong with its YAML.
  static func verdicts(of files: [String], schema: String) throws -> [String] {
    let program = """
      import json, sys, yaml
      from jsonschema import Draft202012Validator
      given = json.load(sys.stdin)
      Draft202012Validator.check_schema(given["schema"])
      validator = Draft202012Validator(given["schema"])
      for text in given["files"]:
          print("valid" if validator.is_valid(yaml.safe_load(text)) else "invalid")
      """
    let files = OptionValue.list(files.map { .text($0) }).canonicalJSON
    let output = try run(program, input: "{\"schema\": \(schema), \"files\": \(files)}")
    return output.split(separator: "\n").map(String.init)
  }

  struct Failure: Error { var output: String }

  /// The program's output.
  private static func run(_ program: String, input: String) throws -> String {
    let file = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
    try input.write(to: file, atomically: false, encoding: .utf8)
    defer { try? FileManager.default.removeItem(at: file) }
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["python3", "-c", program]
    process.standardInput = try FileHandle(forReadingFrom: file)
    let output = Pipe()
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    try process.run()
    let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    guard process.terminationStatus == 0 else { throw Failure(output: text) }
    return text
  }
}
