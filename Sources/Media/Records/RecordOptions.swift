/// How the entries of an archive become records.
public struct RecordOptions: Sendable, Equatable {
  public enum Media: String, Sendable, CaseIterable { case image, text }

  /// What an id is made of.
  public enum Identity: String, Sendable, CaseIterable {
    /// Archive and entry name: the same picture at two places is two records.
    case entry
    /// Content: a record keeps its id when it moves; the same content twice has one id.
    case content
  }

  public var media: Media
  public var identity = Identity.entry
  /// Records of one shard.
  public var shardSize = 1000
  /// Whether shards carry their records' contents, so that the next stage need not read them again.
  public var keepsPayloads = false
  public var archives = ArchiveLimits()
  public var images = ImageLimits()
  public var texts = TextOptions()
  /// Bytes of a sidecar; a larger one is a reject.
  public var maxSidecarBytes = 1 << 20

  public init(media: Media) { self.media = media }
}
