public import Pipelines

extension StageCatalog {
  /// The stage kinds of Vecmill, in the order of their use.
  public static let standard = StageCatalog([
    IngestStage.kind, FilterStage.kind, DeduplicateStage.kind, FeaturizeStage.kind, NormalizeStage.kind,
    AdaptStage.kind, IndexStage.kind, EvaluateStage.kind, ExportStage.kind,
  ])
}
