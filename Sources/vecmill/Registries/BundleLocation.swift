import Artifacts
import Glibc
import Registries
import SystemPackage

/// Where a bundle lies that a person names: by its folder, or as a version of the registry.
enum BundleLocation {
  /// - Throws: `RegistryError` if the text is a reference to what the registry does not have.
  static func folder(of text: String, in workspace: Workspace) throws -> FilePath {
    try version(of: text, in: workspace)?.folder ?? FilePath(text)
  }

  /// The version; nil if the text is a path.
  ///
  /// What has a slash or is a bundle's folder is a path; what has an @ is none otherwise, nor is a name of the registry.
  static func version(of text: String, in workspace: Workspace) throws -> RegistryVersion? {
    guard let reference = try reference(text, in: workspace) else { return nil }
    return try Registry.bundles(of: workspace).resolve(reference)
  }

  /// What the text refers to, if it is no path.
  static func reference(_ text: String, in workspace: Workspace) throws -> RegistryReference? {
    if text.contains("/") || access(FilePath(text).appending("bundle.json").string, F_OK) == 0 { return nil }
    if text.contains("@") { return try RegistryReference(text) }
    guard let reference = try? RegistryReference(text) else { return nil }
    let isKnown = (try? Registry.bundles(of: workspace).names().contains(reference.name)) ?? false
    return isKnown ? reference : nil
  }
}
