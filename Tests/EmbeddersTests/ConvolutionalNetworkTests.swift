import CKernels
import Embedders
import Tensors
import Testing

@Suite("Convolutional network")
struct ConvolutionalNetworkTests {
  static let levels = Array(0...Int(vm_cpu_level()))

  @Test("every path gives the plain arithmetic's bits", arguments: 1...12)
  func paths(seed: Int) throws {
    let network = TestNetwork(side: seed % 3 == 0 ? 20 : 16, seed: UInt64(seed))
    let side = network.shapes[0].side
    let images = (0..<3).map { randomImage(side, side, seed: UInt64(100 * seed + $0)) }
    let expected = images.flatMap { network.embed($0) }
    #expect(Set(expected).count > 3, "seed \(seed) makes a network that tells nothing apart")
    for level in Self.levels {
      let model = try ConvolutionalModel(bytes: network.bytes, level: level)
      #expect(ConvolutionalEmbedder(model: model, crop: .middle).embed(images).values == expected, "seed \(seed), level \(level)")
    }
  }

  @Test("weights and pixels at their limits do not overflow")
  func limits() throws {
    var network = TestNetwork(seed: 5)
    for index in network.layers.indices {
      for at in network.layers[index].weights.indices {
        network.layers[index].weights[at] = at % 7 == 0 ? -128 : 127
      }
    }
    let white = Image(width: 16, height: 16, pixels: [UInt8](repeating: 255, count: 768))
    let expected = network.embed(white)
    for level in Self.levels {
      let model = try ConvolutionalModel(bytes: network.bytes, level: level)
      #expect(ConvolutionalEmbedder(model: model, crop: .middle).embed([white]).values == expected)
    }
  }

  @Test("batch and place in the batch change no bit")
  func batches() throws {
    let model = try ConvolutionalModel(bytes: TestNetwork(seed: 9).bytes)
    let embedder = ConvolutionalEmbedder(model: model, crop: .middle)
    let images = (0..<21).map { randomImage(16, 16, seed: $0) }
    let together = embedder.embed(images)
    for (index, image) in images.enumerated() {
      #expect(embedder.embed([image]).values == Array(together[row: index]))
    }
    #expect(embedder.embed([Image]()).rows == 0)
    // Two views: 11 pictures are more places than one batch has.
    let both = ConvolutionalEmbedder(model: model, crop: .twice), pairs = (0..<11).map { randomImage(16, 32, seed: $0) }
    let rows = both.embed(pairs)
    for (index, pair) in pairs.enumerated() { #expect(both.embed([pair]).values == Array(rows[row: index])) }
  }

  @Test("many tasks share one network")
  func tasks() async throws {
    let embedder = ConvolutionalEmbedder(model: try ConvolutionalModel(bytes: TestNetwork(seed: 2).bytes), crop: .middle)
    let images = (0..<10).map { randomImage(16, 16, seed: $0) }
    let expected = embedder.embed(images)
    await withTaskGroup(of: Bool.self) { group in
      for _ in 0..<40 { group.addTask { embedder.embed(images) == expected } }
      for await same in group { #expect(same) }
    }
  }
}
