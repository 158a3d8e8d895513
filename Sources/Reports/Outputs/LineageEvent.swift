import FoundationEssentials

/// A run event as OpenLineage words it (https://openlineage.io/docs/spec/run-cycle).
struct LineageEvent: Encodable {
  /// Where jobs and artifacts have their names.
  static let namespace = "vecmill"

  struct RunID: Encodable { var runId: String }

  struct JobName: Encodable {
    var namespace = LineageEvent.namespace
    var name: String
  }

  struct Job: Encodable {
    var namespace = LineageEvent.namespace
    var name: String
    var facets: JobFacets
  }

  struct Run: Encodable {
    var runId: String
    var facets: RunFacets
  }

  struct Dataset: Encodable {
    var namespace: String
    var name: String
    var facets: DatasetFacets
    var outputFacets: OutputFacets?
  }

  struct JobFacets: Encodable { var jobType: LineageFacet<JobType> }

  struct RunFacets: Encodable {
    var processing_engine: LineageFacet<Engine>
    var parent: LineageFacet<Parent>?
    var errorMessage: LineageFacet<ErrorMessage>?
  }

  struct DatasetFacets: Encodable { var version: LineageFacet<Version> }

  struct OutputFacets: Encodable { var outputStatistics: LineageFacet<Statistics> }

  /// Kept at the specification's own versions: https://github.com/OpenLineage/OpenLineage/tree/main/spec
  var schemaURL = "https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/RunEvent"
  var eventType: String
  var eventTime: String
  var producer: String
  var run: Run
  var job: Job
  var inputs: [Dataset]
  var outputs: [Dataset]

  /// The line in the log.
  var line: [UInt8] {
    get throws {
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
      return Array(try encoder.encode(self)) + [10]
    }
  }
}

/// What an event says beyond its names, with the schema that it keeps to.
struct LineageFacet<Content: LineageContent>: Encodable {
  var producer: String
  var content: Content

  private enum Key: String, CodingKey { case _producer, _schemaURL }

  func encode(to encoder: any Encoder) throws {
    try content.encode(to: encoder)
    var fields = encoder.container(keyedBy: Key.self)
    try fields.encode(producer, forKey: ._producer)
    try fields.encode(
      "https://openlineage.io/spec/facets/\(Content.version)/\(Content.schema).json#/$defs/\(Content.schema)",
      forKey: ._schemaURL)
  }
}

protocol LineageContent: Encodable {
  /// The schema's name and version.
  static var schema: String { get }
  static var version: String { get }
}

extension LineageEvent {
  struct Parent: LineageContent {
    static let (schema, version) = ("ParentRunFacet", "1-2-0")
    var run: RunID
    var job: JobName
  }

  struct Engine: LineageContent {
    static let (schema, version) = ("ProcessingEngineRunFacet", "1-1-1")
    var version: String
    var name = "vecmill"
  }

  struct ErrorMessage: LineageContent {
    static let (schema, version) = ("ErrorMessageRunFacet", "1-0-1")
    var message: String
    var programmingLanguage = "Swift"
  }

  struct JobType: LineageContent {
    static let (schema, version) = ("JobTypeJobFacet", "2-0-4")
    var processingType = "BATCH"
    var integration = "VECMILL"
    /// The kind of a stage; of the run `PIPELINE`.
    var jobType: String
  }

  struct Version: LineageContent {
    static let (schema, version) = ("DatasetVersionDatasetFacet", "1-0-1")
    var datasetVersion: String
  }

  struct Statistics: LineageContent {
    static let (schema, version) = ("OutputStatisticsOutputDatasetFacet", "1-0-2")
    var rowCount: Int
    var size: Int
  }
}
