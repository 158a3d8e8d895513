import ArgumentParser
import Artifacts
import FoundationEssentials
import Pipelines
import Stages
import SystemPackage

/// The workspace that a command works in.
struct WorkspaceOptions: ParsableArguments {
  @Option(
    name: .long,
    help: ArgumentHelp("Folder of artifacts, runs and the registry. (default: $VECMILL_WORKSPACE, or .vecmill)", valueName: "dir")
  )
  var workspace: String?

  var path: FilePath {
    let environment = ProcessInfo.processInfo.environment["VECMILL_WORKSPACE"] ?? ""
    return FilePath(workspace ?? (environment.isEmpty ? ".vecmill" : environment))
  }

  func validate() throws {
    if workspace == "" { throw ValidationError("--workspace is empty; give a folder") }
  }
}

/// A pipeline file and the values given to its params.
struct PipelineArguments: ParsableArguments {
  @Argument(
    help: ArgumentHelp("The pipeline file; - for standard input.", valueName: "file"),
    completion: .file(extensions: ["yaml", "yml"]))
  var file: String

  @Option(
    name: .customLong("set"),
    help: ArgumentHelp("Replace the value of a param of the file; may be given several times.", valueName: "name=value"))
  var overrides: [String] = []

  /// Reads and checks the file.
  ///
  /// - Throws: `InvalidPipeline` with everything that is wrong with it; `DiskError` if it cannot be read.
  func load() throws -> LoadedPipeline {
    let (file, bytes) = try parse()
    guard let pipeline = file.pipeline else { throw InvalidPipeline(file: file) }
    if !file.diagnostics.isEmpty { Output.note(file.render(color: Output.hasColour)) }
    return LoadedPipeline(
      path: self.file, text: String(decoding: bytes, as: UTF8.self), pipeline: pipeline, overrides: overridden)
  }

  func parse() throws -> (file: PipelineFile, bytes: [UInt8]) {
    let bytes = try Input.bytes(file)
    let parsed = PipelineFile.parse(
      bytes: bytes, path: file == "-" ? "standard input" : file, overrides: overrides,
      environment: ProcessInfo.processInfo.environment, catalog: StageCatalog.standard)
    return (parsed, bytes)
  }

  private var overridden: [String: String] {
    let pairs = overrides.compactMap { text -> (String, String)? in
      guard let equals = text.firstIndex(of: "=") else { return nil }
      return (String(text[..<equals]), String(text[text.index(after: equals)...]))
    }
    return Dictionary(pairs) { $1 }
  }
}

/// A sound pipeline and the text it was read from.
struct LoadedPipeline: Sendable {
  var path: String
  var text: String
  var pipeline: Pipeline
  /// What `--set` gave.
  var overrides: [String: String]

  /// - Throws: `Failure` with the nearest name if a stage is not one of the pipeline's.
  func checkStages(_ names: [String], option: String) throws {
    let known = pipeline.stages.map(\.name)
    for name in names where !known.contains(name) {
      let hint = Spelling.hint(for: name, in: known) ?? "its stages are \(known.joined(separator: ", "))"
      throw Failure.usage("\(option) \(name): the pipeline \(pipeline.name) has no such stage; \(hint)")
    }
  }
}
