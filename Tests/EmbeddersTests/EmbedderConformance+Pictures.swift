import Embedders
import Tensors

extension EmbedderUnderTest {
  static var convolutional: [EmbedderUnderTest] {
    ImageCrop.allCases.map { crop in
      EmbedderUnderTest(
        name: "cnn \(crop.rawValue)", contents: ConvolutionalEmbedderTests.pictures.map(EmbedderContent.image),
        refused: .text("a picture")
      ) { ConvolutionalEmbedder(model: try .builtIn(), crop: crop) }
    }
  }
}
