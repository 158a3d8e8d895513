/// How the entries of an archive become records.
public struct RecordOptions: Sendable {
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
  /// Records of one shard, at most.
  public var shardSize = 1000
  /// Bytes of text, captions, fields, names and payloads that close a shard, however few its records are: what it holds in memory.
  public var shardBytes = 16 << 20
  /// Where a shard may close before `shardSize`: so many records whose contents have so many bytes are work enough for a job.
  public var enough: (records: Int, contentBytes: Int)?
  /// Whether shards carry their records' contents, so that the next stage need not read them again.
  public var keepsPayloads = false
  public var archives = ArchiveLimits()
  public var images = ImageLimits()
  public var texts = TextOptions()
  /// Bytes of a sidecar; a larger one is a reject.
  public var maxSidecarBytes = 1 << 20

  public init(media: Media) { self.media = media }
}
