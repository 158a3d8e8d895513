import Glibc

enum Angle {
  /// The angle of a cosine, in degrees.
  static func degrees(cosine: Double) -> Double { acos(max(-1, min(1, cosine))) * 180 / .pi }
}
