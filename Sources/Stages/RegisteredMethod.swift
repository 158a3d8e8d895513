import Artifacts
import Embedders
import Pipelines
import Registries
import Synchronization

/// Featurize by a model out of the registry.
struct RegisteredMethod: Sendable {
  let reference: RegistryReference
  let crop: ImageCrop
  private let loaded = LoadedModel()

  init(reference: RegistryReference, crop: ImageCrop) {
    self.reference = reference
    self.crop = crop
  }

  /// The model that the reference means now.
  func digest(in workspace: Workspace) throws -> Digest { try Registry.models(of: workspace).resolve(reference).digest }

  /// The model that the plan was made with, whatever the alias has become since.
  func model(_ job: Job) throws -> ConvolutionalMethod {
    try loaded.method {
      let registry = Registry.models(of: job.workspace)
      let planned = job.recipe.materials["model"]
      guard let version = try registry.versions(of: reference.name).last(where: { $0.digest.hex == planned }) else {
        throw RegistryError(.missing, "\(reference)", "the model of digest \(planned ?? "-") is gone; run again")
      }
      let weights = try registry.model(version)
      return ConvolutionalMethod(model: try ConvolutionalModel(bytes: weights), weights: weights, crop: crop)
    }
  }
}

/// Loads a model once for all jobs of a stage.
private final class LoadedModel: Sendable {
  private let loaded = Mutex<ConvolutionalMethod?>(nil)

  func method(_ load: () throws -> ConvolutionalMethod) throws -> ConvolutionalMethod {
    try loaded.withLock { loaded in
      if let loaded { return loaded }
      let method = try load()
      loaded = method
      return method
    }
  }
}
