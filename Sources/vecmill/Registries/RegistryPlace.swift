import ArgumentParser
import Artifacts
import Registries

/// What a registry holds: the same commands serve bundles and models.
protocol RegistryPlace: Sendable {
  /// What stands before a command's name, and an example of a name.
  static var prefix: String { get }
  static var example: String { get }
  static func registry(of workspace: Workspace) -> Registry
}

/// Indexes with all that a query needs.
enum BundlePlace: RegistryPlace {
  static let prefix = "vecmill"
  static let example = "photos"
  static func registry(of workspace: Workspace) -> Registry { .bundles(of: workspace) }
}

/// Weight files of embedders.
enum ModelPlace: RegistryPlace {
  static let prefix = "vecmill models"
  static let example = "fashion"
  static func registry(of workspace: Workspace) -> Registry { .models(of: workspace) }
}

/// The registry that a command works in.
struct RegistryOptions<Place: RegistryPlace>: ParsableArguments {
  @OptionGroup var workspace: WorkspaceOptions

  var registry: Registry { Place.registry(of: Workspace(at: workspace.path)) }
}
