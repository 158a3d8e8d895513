import CSmallCNN

extension ConvolutionalModel {
  /// Sizes in pixels of the pictures that the built-in networks take; the first is the default.
  ///
  /// 96 sees finer detail and takes a little over twice the time of 64; 128 is a deeper network besides and takes seven times that
  /// of 64. models/small-cnn/README.md has the figures.
  public static let builtInSizes = [64, 96, 128]

  /// A network that is embedded in the program, models/small-cnn.
  ///
  /// - Throws: `ModelFileError` if there is none of this size.
  public static func builtIn(size: Int = 64) throws -> ConvolutionalModel {
    try ConvolutionalModel(bytes: builtInBytes(size: size))
  }

  /// The weight file of a built-in network; empty if there is none of this size.
  package static func builtInBytes(size: Int = 64) -> [UInt8] {
    let size = Int32(clamping: size)
    return [UInt8](UnsafeBufferPointer(start: vm_small_cnn(size), count: vm_small_cnn_size(size)))
  }
}
