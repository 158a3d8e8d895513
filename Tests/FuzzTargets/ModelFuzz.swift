import Artifacts
import Embedders
import Tensors

/// Weight files, and the states of hashing embedders with a digest that holds; the first byte says which.
enum ModelFuzz {
  static func run(_ bytes: [UInt8]) {
    guard let first = bytes.first else { return }
    let bytes = Array(bytes.dropFirst())
    guard first & 1 == 0 else {
      let seal = NumpyHeader(element: .uint8, shape: [32]).bytes + digits(Digest(of: bytes).hex)
      _ = try? HashingState(parsing: bytes + seal)
      return
    }
    guard let model = try? ConvolutionalModel(bytes: bytes), model.inputSize <= 64 else { return }
    let side = model.inputSize
    let image = Image(width: side, height: side, pixels: [UInt8](repeating: 99, count: side * side * 3))
    let embedder = ConvolutionalEmbedder(model: model)
    _ = try? embedder.prepare(.image(image))
  }

  private static func digits(_ hex: String) -> [UInt8] {
    let hex = Array(hex.utf8)
    return stride(from: 0, to: hex.count, by: 2).map { UInt8(String(decoding: hex[$0...$0 + 1], as: UTF8.self), radix: 16)! }
  }

  static func examples() throws -> [[UInt8]] {
    let state = try FuzzFixtures.bytes(BundleFuzz.golden + "/hashing.vme")
    let weights = try FuzzFixtures.bytes("models/small-cnn/small-cnn.vmw")
    let sealSize = NumpyHeader(element: .uint8, shape: [32]).bytes.count + 32
    // The weights themselves say nothing about their file: the header with short arrays is what is worth changing.
    return [[0] + weights, [0] + weights.prefix(8192), [1] + state.dropLast(sealSize)]
  }
}
