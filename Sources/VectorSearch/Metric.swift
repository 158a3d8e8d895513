/// How near two vectors are.
public enum Metric: String, Sendable, Codable, CaseIterable {
  /// Squared Euclidean distance; smaller is nearer.
  case l2
  /// Inner product; larger is nearer.
  case ip
  /// Inner product of vectors scaled to unit length; larger is nearer.
  case cosine
}
