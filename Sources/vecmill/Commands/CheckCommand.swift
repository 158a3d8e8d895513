import ArgumentParser
import Pipelines
import Reports

struct CheckCommand: ReportingCommand {
  static let configuration = CommandConfiguration(
    commandName: "check", abstract: "Check a pipeline file and tell everything that is wrong with it.",
    discussion: """
      Nothing is run and nothing is written. Each problem is told with its line, its column and, where a word is misspelt, the
      nearest one. Ends with 65 if there is any.

      EXAMPLES:
        vecmill check pipelines/photos.yaml
        vecmill check pipelines/photos.yaml --set archives='/data/*.tar' --json
      """)

  @OptionGroup var pipeline: PipelineArguments
  @OptionGroup var format: OutputOptions

  private struct Report: Encodable {
    var file: String
    var isValid: Bool
    var pipeline: String?
    var stages: [String]?
    var diagnostics: [Diagnostic]
  }

  func run() async throws {
    let file = try pipeline.parse().file
    if format.json {
      try Output.json(
        Report(
          file: file.path, isValid: !file.hasErrors, pipeline: file.pipeline?.name, stages: file.pipeline?.stages.map(\.name),
          diagnostics: file.diagnostics))
      if file.hasErrors { throw AlreadyTold(status: .invalidData) }
      return
    }
    guard let sound = file.pipeline else { throw InvalidPipeline(file: file) }
    if !file.diagnostics.isEmpty { Output.note(file.render(color: Output.hasColour)) }
    try Output.line("\(SafeText.escaped(file.path)): sound: pipeline \(sound.name), \(Figure.count(sound.stages.count, "stage"))")
  }
}
