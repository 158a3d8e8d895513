import Foundation

/// Python's jsonschema as a judge of ours.
package enum PythonSchema {
  package static let isAvailable = (try? Peer.run("python3", "-c", "import jsonschema, yaml").status) == 0

  /// For each file "valid", "invalid", or what is wrong with its YAML.
  package static func verdicts(of files: [String], schema: String) throws -> [String] {
    let program = """
      import json, sys, yaml
      from jsonschema import Draft202012Validator
      given = json.load(sys.stdin)
      Draft202012Validator.check_schema(given["schema"])
      validator = Draft202012Validator(given["schema"])
      for text in given["files"]:
          print("valid" if validator.is_valid(yaml.safe_load(text)) else "invalid")
      """
    let list = String(decoding: try JSONEncoder().encode(files), as: UTF8.self)
    let judged = try Peer.run("python3", "-c", program, input: "{\"schema\": \(schema), \"files\": \(list)}")
    guard judged.status == 0 else { throw Failure(output: judged.output) }
    return judged.output.split(separator: "\n").map(String.init)
  }

  struct Failure: Error { var output: String }
}
