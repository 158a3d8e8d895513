import Artifacts
import Pipelines
import VectorSearch

/// What lies between an embedder's rows and an index: found by walking the artifacts back to where the rows came from.
enum Preparation {
  /// Kinds of stages that fit a chain of transforms and apply it.
  static let kinds: Set = [NormalizeStage.kind.name, AdaptStage.kind.name]

  /// The fitted transforms of all such stages on the way to the index, the first one first.
  static func chain(of job: Job) throws -> [VectorTransform] {
    try job.lineage().reversed().filter { kinds.contains($0.recipe.kind) }.flatMap { input in
      let fit = try input.manifest.whole("fit")?.file(ending: TransformFile.ending)
      return try fit.map { try TransformFile.read($0, in: input.artifact) } ?? []
    }
  }

  /// The nearest ancestor with records, which knows archive, entry and caption of every id.
  static func records(in lineage: [JobInput]) throws -> JobInput? {
    try lineage.first { input in
      try input.manifest.shards.contains { $0.file(ending: RecordShards.ending) != nil }
    }
  }
}
