import Foundation

/// A temporary folder with a pipeline or two, gone with the last use of it.
final class Sandbox {
  let url: URL

  init() throws {
    url = FileManager.default.temporaryDirectory.appending(path: "vecmill-test-\(UUID().uuidString)").resolvingSymlinksInPath()
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: url) }

  func path(_ name: String) -> String { url.appending(path: name).path }

  func write(_ text: String, to name: String) throws {
    let file = url.appending(path: name)
    try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(text.utf8).write(to: file)
  }

  func text(_ name: String) -> String { (try? String(contentsOf: url.appending(path: name), encoding: .utf8)) ?? "" }

  func exists(_ name: String) -> Bool { FileManager.default.fileExists(atPath: path(name)) }

  /// Runs vecmill to its end.
  @discardableResult
  func vecmill(_ arguments: String..., environment: [String: String] = [:]) throws -> Program.Ending {
    try Program(arguments, in: self, environment: environment).ended()
  }

  /// Runs a shell script in which `$VECMILL` is the binary.
  func shell(_ script: String) throws -> Program.Ending {
    try Program(["-c", script], in: self, executable: "/bin/sh", environment: ["VECMILL": Program.path]).ended()
  }

  /// Every file below a folder by name, but for those that tell of times and processes.
  func files(below name: String) -> [String: Data] {
    let root = path(name)
    let names = FileManager.default.enumerator(atPath: root)?.compactMap { $0 as? String } ?? []
    var files: [String: Data] = [:]
    for file in names where !file.hasPrefix("runs") && !["run.lock", "sources.json"].contains(file) {
      var isFolder: ObjCBool = false
      if FileManager.default.fileExists(atPath: "\(root)/\(file)", isDirectory: &isFolder), !isFolder.boolValue {
        files[file] = FileManager.default.contents(atPath: "\(root)/\(file)")
      }
    }
    return files
  }
}

extension Sandbox {
  /// Notes of a few lines each, hashed and indexed: the quickest whole pipeline.
  static func notes(_ change: (String) -> String = { $0 }) throws -> Sandbox {
    let sandbox = try Sandbox()
    try sandbox.write(change(notes), to: "notes.yaml")
    return sandbox
  }

  private static let notes = """
    pipeline: notes
    params:
      to: out/notes
    stages:
      notes:
        kind: ingest
        media: text
        from: \(Program.fixture("articles/notes.zip"))
      features:
        kind: featurize
        input: notes
        embedder: hashing
        hashing: {dimensions: 16}
      index:
        kind: index
        input: features
        type: Flat
      files:
        kind: export
        input: index
        to: ${to}

    """

  /// Pictures with their captions, by the built-in network.
  static func pictures(_ change: (String) -> String = { $0 }) throws -> Sandbox {
    let sandbox = try Sandbox()
    try sandbox.write(change(pictures), to: "pictures.yaml")
    return sandbox
  }

  private static let pictures = """
    pipeline: pictures
    params:
      archives: \(Program.fixture("photos/scenes-0.tar"))
      max_rejects: 1%
    stages:
      pictures:
        kind: ingest
        media: image
        from: ${archives}
        shard_size: 16
        max_rejects: ${max_rejects}
      features:
        kind: featurize
        input: pictures
        embedder: cnn
      unit:
        kind: normalize
        input: features
        steps: [center, l2]
      index:
        kind: index
        input: unit
        type: Flat
      files:
        kind: export
        input: index
        to: out/pictures

    """
}
