import ArgumentParser
import Pipelines
import Stages

struct SchemaCommand: ReportingCommand {
  static let configuration = CommandConfiguration(
    commandName: "schema", abstract: "Print the JSON Schema of pipeline files, or a table of stage kinds and options.",
    discussion: """
      EXAMPLES:
        vecmill schema > vecmill.schema.json
        vecmill schema --markdown

      An editor with a YAML language server completes and checks a pipeline file by this first line in it:
        # yaml-language-server: $schema=vecmill.schema.json
      """)

  @Flag(name: .long, help: "Markdown for people.")
  var markdown = false
  @OptionGroup var format: OutputOptions

  func run() async throws {
    try Output.text(markdown && !format.json ? StageReference.markdown(.standard) : JSONSchema(catalog: .standard).text)
  }
}
