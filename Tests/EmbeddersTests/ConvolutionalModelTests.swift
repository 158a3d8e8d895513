import Embedders
import Tensors
import Testing

@Suite("Convolutional model file")
struct ConvolutionalModelTests {
  @Test("says its name, sizes and digest")
  func identity() throws {
    let network = TestNetwork(seed: 1)
    let model = try ConvolutionalModel(bytes: network.bytes)
    #expect(model.name == "test" && model.version == "1" && model.inputSize == 16)
    #expect(model.dimension == network.shapes.last?.channels)
    let other = try ConvolutionalModel(bytes: TestNetwork(seed: 2).bytes)
    #expect(model.digest != other.digest)
    let middle = ConvolutionalEmbedder(model: model, crop: .middle), pad = ConvolutionalEmbedder(model: model, crop: .pad)
    #expect(middle.identity.digest != pad.identity.digest)
  }

  @Test("a file cut anywhere is refused")
  func cut() throws {
    let bytes = TestNetwork(seed: 3).bytes
    for length in stride(from: 0, to: bytes.count - 64, by: max(1, bytes.count / 150)) {
      #expect(throws: ModelFileError.self) { try ConvolutionalModel(bytes: Array(bytes.prefix(length))) }
    }
  }

  /// A changed file is refused or describes another network that runs without touching memory that is not its own.
  @Test("changed bytes of the header do no harm", arguments: 0..<8)
  func changed(seed: Int) throws {
    let bytes = TestNetwork(seed: 4).bytes
    let header = 8 + Int(bytes[4]) + Int(bytes[5]) << 8
    var random = SeededRandom(seed: UInt64(seed)), refused = 0
    for _ in 0..<150 {
      var copy = bytes
      for _ in 0...random.below(3) {
        let at = 8 + random.below(header - 8)
        // Mostly a digit for a digit: other changes only break the JSON.
        copy[at] =
          (48...57).contains(copy[at])
          ? UInt8(48 + random.below(10)) : random.below(20) == 0 ? UInt8(random.below(256)) : copy[at]
      }
      do {
        let model = try ConvolutionalModel(bytes: copy)
        _ = ConvolutionalEmbedder(model: model, crop: .middle).embed([randomImage(model.inputSize, model.inputSize, seed: 1)])
      } catch is ModelFileError { refused += 1 }
    }
    #expect(refused > 20, "seed \(seed)")
  }

  @Test("an impossible network is refused with its reason")
  func impossible() throws {
    func reason(_ change: (inout TestNetwork) -> Void) -> String {
      var network = TestNetwork(seed: 6)
      change(&network)
      do {
        _ = try ConvolutionalModel(bytes: network.bytes)
        return "accepted"
      } catch { return "\(error)" }
    }
    #expect(reason { $0.layers[0].stride = 1 }.contains("operation 0 does not fit"))
    #expect(reason { $0.layers[0].weights.removeLast() }.contains("values of type int8"))
    #expect(reason { $0.layers[0].bias[1] = .max }.contains("channel 1 of operation 0 could overflow"))
    #expect(reason { $0.layers[3].multiplier[0] = -1 }.contains("could overflow"))
    #expect(reason { $0.layers[4].residual = 6 }.contains("cannot add tensor 6"))
    #expect(reason { $0.layers[4].factor = 20_000 }.contains("cannot add tensor 3"))
    #expect(reason { $0.layers[2].input = 5 }.contains("reads tensor 5"))
    #expect(reason { $0.layers[1].output = 0 }.contains("cannot write tensor 0"))
    #expect(reason { $0.layers[1].output = 6 }.contains("does not halve"))
    #expect(reason { $0.layers[6].channel = 1000 }.contains("does not fit"))
    #expect(reason { $0.layers[0].padding = 2 }.contains("does not fit"))
    #expect(reason { $0.layers.removeLast() }.contains("does not leave"))
    #expect(reason { $0.shapes[0].channels = 3 }.contains("impossible shape"))
    #expect(
      reason {
        $0.shapes[1].side = 4096; $0.shapes[1].channels = 8192
      }.contains("256 MB"))
    #expect(reason { $0.shapes[3].border = 1 }.contains("impossible shape"))
  }

  @Test("something else is refused")
  func somethingElse() {
    for bytes: [UInt8] in [
      [], Array("VMW1".utf8), Array("VMW2\u{0}\u{0}\u{0}\u{0}".utf8), Array("VMW1\u{2}\u{0}\u{0}\u{0}{}".utf8),
    ] {
      #expect(throws: ModelFileError.self) { try ConvolutionalModel(bytes: bytes) }
    }
  }
}
