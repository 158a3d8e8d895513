import Embedders
import Tensors

extension EmbedderUnderTest {
  static var convolutional: [EmbedderUnderTest] {
    let contents = [(70, 90), (64, 64), (1, 1), (300, 20)].enumerated().map { number, size in
      EmbedderContent.image(randomImage(size.0, size.1, seed: UInt64(number)))
    }
    return [
      EmbedderUnderTest(name: "cnn", contents: contents, refused: .text("no picture")) {
        ConvolutionalEmbedder(model: try .builtIn())
      }
    ]
  }
}
