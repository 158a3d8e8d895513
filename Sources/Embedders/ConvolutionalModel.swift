public import Artifacts
import CKernels

/// A convolutional network in integers, ready to run: the built-in one, or one out of a weight file.
///
/// Activations are uint8, weights int8, sums int32, rescaled by fixed-point multiplications; so an embedding has the same bits on
/// every processor, in any batch.
public struct ConvolutionalModel: Sendable {
  public let name: String
  public let version: String
  /// Values of an embedding.
  public let dimension: Int
  /// Width and height in pixels of the pictures that it takes.
  public let inputSize: Int
  /// SHA-256 of the weight file.
  public let digest: Digest
  /// Products of bytes that the convolutions add up for one picture.
  public let products: Int
  let network: ConvolutionalNetwork

  /// Reads a weight file.
  ///
  /// - Throws: `ModelFileError` if the bytes are no weight file or describe an impossible network.
  public init(bytes: [UInt8]) throws { try self.init(bytes: bytes, level: Int(vm_cpu_level())) }

  /// Reads a weight file for a certain `VM_CPU_…` level, which the processor must have.
  package init(bytes: [UInt8], level: Int) throws {
    let file = try ModelFile(bytes: bytes)
    let layers = try ConvolutionalLayers(checking: file)
    name = file.header.name
    version = file.header.version
    dimension = file.header.dimension
    inputSize = file.header.tensors[0].width
    digest = file.digest
    products = layers.products
    network = ConvolutionalNetwork(layers, level: Int32(level))
  }
}
