/// What the first bytes of a JPEG or PNG tell, without decoding.
public struct ImageHeader: Sendable, Equatable {
  /// `.jpeg` or `.png`.
  public var type: ContentType
  /// Pixels as stored.
  public var storedWidth: Int
  public var storedHeight: Int
  /// Channels as stored: 1 grey or palette, 2 grey and alpha, 3 colours, 4 colours and alpha, or inks.
  public var channels: Int
  /// EXIF's orientation, 1 to 8.
  public var orientation = 1

  /// Pixels after orientation.
  public var width: Int { orientation > 4 ? storedHeight : storedWidth }
  public var height: Int { orientation > 4 ? storedWidth : storedHeight }

  /// Reads the header.
  ///
  /// - Parameter bytes: the whole file, or enough of it to hold the JPEG's frame header.
  /// - Throws: `ImageError` if this is no JPEG or PNG, damaged, or larger than the limits.
  public init(parsing bytes: [UInt8], limits: ImageLimits = .init()) throws(ImageError) {
    switch ContentType(of: bytes.count > 4096 ? Array(bytes.prefix(4096)) : bytes) {
    case .jpeg: self = try Self.jpeg(bytes)
    case .png: self = try Self.png(bytes)
    case let type?:
      if type.isArchive { throw ImageError(.nestedArchive, "it is an archive (\(type.rawValue))") }
      throw ImageError(.unsupportedFormat, "\(type.rawValue) is not read; JPEG and PNG are")
    case nil: throw ImageError(bytes.isEmpty ? .empty : .unsupportedFormat, "it is no JPEG and no PNG")
    }
    guard storedWidth > 0, storedHeight > 0 else {
      throw ImageError(.malformed, "it has no pixels: \(storedWidth)×\(storedHeight)")
    }
    let (pixels, overflow) = storedWidth.multipliedReportingOverflow(by: storedHeight)
    guard !overflow, pixels <= limits.maxPixels else {
      throw ImageError(
        .tooManyPixels, "\(storedWidth)×\(storedHeight) is more than the \(limits.maxPixels) pixels of max_pixels")
    }
  }

  init(type: ContentType, width: Int, height: Int, channels: Int) {
    self.type = type
    storedWidth = width
    storedHeight = height
    self.channels = channels
  }
}
