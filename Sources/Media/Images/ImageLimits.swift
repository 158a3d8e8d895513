/// Ceilings of one picture.
public struct ImageLimits: Sendable, Equatable {
  /// Pixels as stored; checked from the header, before anything is allocated.
  public var maxPixels = 100_000_000
  /// Scans of a progressive JPEG; programs write about ten.
  public var maxScans = 64
  /// Bytes that a decoder may hold beside the picture: the coefficients of a large progressive
  /// JPEG, the rows of a large interlaced PNG.
  public var maxDecoderBytes = 256 << 20
  /// Seconds of processor time that decoding may take.
  public var maxSeconds = 60.0

  public init() {}
}
