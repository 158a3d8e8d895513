public import Embedders

/// An embedder as a bundle keeps it, so that queries go the way that the indexed items went.
public struct BundledEmbedder: Sendable, Equatable, Codable {
  public var identity: EmbedderIdentity
  /// The file in the bundle with its weights or fitted state; nil if it has none.
  public var state: String?
  /// Where pictures are cut; `cnn` only.
  public var crop: ImageCrop?
  /// The `ImageDecoder.minimumSide` with which the indexed pictures were decoded; nil for full size.
  public var decodedSide: Int?
  /// The program that embeds; `command` only.
  public var command: BundledCommand?

  public init(
    identity: EmbedderIdentity, state: String? = nil, crop: ImageCrop? = nil, decodedSide: Int? = nil,
    command: BundledCommand? = nil
  ) {
    self.identity = identity
    self.state = state
    self.crop = crop
    self.decodedSide = decodedSide
    self.command = command
  }
}

extension EmbedderIdentity {
  /// In one phrase, for errors: `cnn small-1 version 2 (128 values, digest 0f3a…)`.
  package var phrase: String { "\(kind) \(name) version \(version) (\(dimension) values, digest \(digest.prefix(12))…)" }
}
