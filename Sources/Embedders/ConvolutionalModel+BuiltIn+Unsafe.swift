import CSmallCNN

extension ConvolutionalModel {
  /// The network that is embedded in the program, models/small-cnn.
  public static func builtIn() throws -> ConvolutionalModel {
    try ConvolutionalModel(bytes: builtInBytes)
  }

  /// Its weight file.
  package static var builtInBytes: [UInt8] {
    [UInt8](UnsafeBufferPointer(start: vm_small_cnn(), count: vm_small_cnn_size()))
  }
}
