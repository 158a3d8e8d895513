public import Artifacts
public import SystemPackage

/// One numbered version of a name: what `versions/7.json` says, and the folder with its bytes. It never changes.
public struct RegistryVersion: Sendable, Equatable {
  public let document: RegistryDocument
  /// The version's own copy: the folder of a bundle, or the folder that a model's file lies in.
  public let folder: FilePath

  public var name: String { document.name }
  public var number: Int { document.number }
  /// Of a bundle the digest of its `bundle.json`, and so of all of it; of a model that of its file.
  public var digest: Digest { document.content }
  public var metrics: [String: Double] { document.metrics }
  public var lineage: RegistryLineage { document.lineage }
  public var reference: RegistryReference { RegistryReference(name: name, selector: .number(number)) }
}

/// The document `versions/7.json`, sealed.
public struct RegistryDocument: Sendable, Equatable, Codable {
  public static let currentFormat = 1

  public enum Kind: String, Sendable, Codable { case bundle, model }

  public internal(set) var format = currentFormat
  public var name: String
  public var number: Int
  public var kind: Kind
  /// What the version's bytes are known by.
  public var content: Digest
  /// Files of the version and their digests; of a bundle only `bundle.json`, which lists the others.
  public var files: [CommittedFile]
  public var metrics: [String: Double]
  public var lineage: RegistryLineage
  /// Who published it, `user@host`, and when, ISO 8601 UTC.
  public var by: String
  public var time: String
}
