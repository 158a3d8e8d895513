/// An entry of the stage catalog: all that is known of a kind of stage before one is declared.
public struct StageKind: Sendable {
  /// What a pipeline file calls it.
  public var name: String
  public var summary: String
  /// Raised whenever the same options and inputs would give other bytes; a part of every key.
  public var version: Int
  /// What it takes, for messages and the schema; nil for a kind without input, such as ingest.
  public var input: String?
  /// Whether `input` may name more than one stage.
  public var takesSeveralInputs: Bool
  public var options: [OptionSpec]
  /// Makes a stage of checked options.
  ///
  /// - Throws: `StageFault` naming the option that cannot be.
  public var make: @Sendable (StageOptions, [StageInput]) throws -> any Stage

  public init(
    name: String, summary: String, version: Int, input: String?,
    takesSeveralInputs: Bool = false, options: [OptionSpec],
    make: @escaping @Sendable (StageOptions, [StageInput]) throws -> any Stage
  ) {
    self.name = name
    self.summary = summary
    self.version = version
    self.input = input
    self.takesSeveralInputs = takesSeveralInputs
    self.options = options
    self.make = make
  }
}

/// All stage kinds that a program knows. The order is that of the documentation.
public struct StageCatalog: Sendable {
  public let kinds: [StageKind]

  public init(_ kinds: [StageKind]) { self.kinds = kinds }

  public subscript(name: String) -> StageKind? { kinds.first { $0.name == name } }
}

/// An input of a stage: the name of the stage that makes it, and what that will be.
public struct StageInput: Sendable, Hashable {
  public var stage: String
  public var type: ArtifactType

  public init(stage: String, type: ArtifactType) {
    self.stage = stage
    self.type = type
  }
}

/// What is wrong with a declared stage: found before anything runs, shown with the place in the file.
public struct StageFault: Error, Sendable, CustomStringConvertible {
  /// The option's name, with dots and indices for inner values (`steps[1].pca`); nil for the stage as a whole, "input" for its input.
  public var option: String?
  /// What is wrong and what to do.
  public var message: String
  /// Characters of the option's text before the fault, where it lies inside of it.
  public var offset: Int?

  public init(option: String?, _ message: String, offset: Int? = nil) {
    self.option = option
    self.message = message
    self.offset = offset
  }

  public var description: String { option.map { "\($0): \(message)" } ?? message }
}
