/// Which part of a picture an embedder sees when the picture is not square.
public enum ImageCrop: String, Sendable, Hashable, CaseIterable, Codable {
  /// The middle square.
  case middle
  /// All of it, its sides made equal.
  case stretch
  /// All of it, with bars of the training pictures' mean colour beside or above it.
  case pad
}
