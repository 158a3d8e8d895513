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
  ///
  /// - Throws: `RegistryError` as above; `Failure` if it is a single word, and nothing by that name lies here either.
  static func version(of text: String, in workspace: Workspace) throws -> RegistryVersion? {
    guard let reference = try reference(text, in: workspace) else {
      try requirePath(text, in: workspace)
      return nil
    }
    return try Registry.bundles(of: workspace).resolve(reference)
  }

  private static func requirePath(_ text: String, in workspace: Workspace) throws {
    guard !text.contains("/"), access(text, F_OK) != 0 else { return }
    let names = (try? Registry.bundles(of: workspace).names()) ?? []
    let known = names.isEmpty ? "holds nothing yet" : "has \(names.joined(separator: ", "))"
    throw Failure.usage("\(text) is neither a folder here nor a name of the registry, which \(known)")
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
