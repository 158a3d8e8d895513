/// Which part of a picture an embedder sees when the picture is not square.
public enum ImageCrop: String, Sendable, Hashable, CaseIterable, Codable {
  /// The middle square, and once more its inner part, mirrored: two views, whose rows are averaged.
  case twice
  /// The middle square.
  case middle
  /// All of it, its sides made equal.
  case stretch
  /// All of it, with bars of the training pictures' mean colour beside or above it.
  case pad

  /// Squares that a picture becomes.
  public var views: Int { self == .twice ? 2 : 1 }

  /// Pixels of the shorter side, at least, that give every pixel of views of `side` pixels one of its own.
  public func sourceSide(for side: Int) -> Int {
    self == .twice ? (side * Self.inner.of + Self.inner.part - 1) / Self.inner.part : side
  }

  /// The share of the middle square's sides that the second view keeps.
  ///
  /// Of 0.5 to 0.8 the best on the training photos; a smaller one finds fewer copies. models/small-cnn/README.md has the figures.
  static let inner = (part: 7, of: 10)
}
