/// Where a pipeline came from, for the lineage of what it makes.
public struct PipelineOrigin: Sendable, Equatable {
  /// Path of the file, as given, and its text.
  public var file: String
  public var text: String
  /// Values of the params; those that come from the environment are masked.
  public var parameters: [String: String]
  /// Version of the program.
  public var program: String

  public init(file: String, text: String, parameters: [String: String], program: String) {
    self.file = file
    self.text = text
    self.parameters = parameters
    self.program = program
  }
}
