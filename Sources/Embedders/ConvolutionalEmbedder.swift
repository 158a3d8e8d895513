import Artifacts
public import Tensors

/// Embeds pictures with a convolutional network.
///
/// Rows are the network's integers times a power of two, not of unit length. The first values come from the head that was
/// trained on classes, the others from the head that tells single pictures apart.
public struct ConvolutionalEmbedder: Embedder {
  public let model: ConvolutionalModel
  public let crop: ImageCrop
  public let identity: EmbedderIdentity

  public init(model: ConvolutionalModel, crop: ImageCrop = .standard) {
    self.model = model
    self.crop = crop
    identity = EmbedderIdentity(
      kind: "cnn", name: model.name, version: model.version,
      digest: Digest(of: "\(model.digest) crop \(crop.rawValue) resize 1").hex, dimension: model.dimension)
  }

  /// Values of an embedding.
  public var dimension: Int { model.dimension }

  /// Width and height in pixels of a prepared picture.
  public var inputSize: Int { model.inputSize }

  /// Pixels of the shorter side that a picture should have at least, so that no view must be enlarged.
  public var sourceSide: Int { crop.sourceSide(for: inputSize) }

  /// A picture as the network takes it: cut to square views, one above the other, shrunk or enlarged by exact area means.
  public func prepare(_ image: Image) -> Image { image.views(side: inputSize, crop: crop) }

  /// One row of `dimension` values for each picture, in order; each picture must have been prepared.
  public func embed(_ images: [Image]) -> Matrix {
    for image in images {
      precondition(
        isPrepared(image), "a picture of \(image.width)×\(image.height) pixels was not prepared for \(model.name)")
    }
    return model.network.embed(images, views: crop.views)
  }

  /// - Throws: `ConvolutionalEmbedderError` if this is no picture, or one of an absurd length.
  public func prepare(_ content: EmbedderContent) throws -> EmbedderContent { .prepared(try prepared(content)) }

  /// One row for each picture; pictures that were not prepared are prepared first.
  ///
  /// - Throws: `ConvolutionalEmbedderError` if a content is no picture, or one of an absurd length, or prepared for another network.
  public func embed(_ contents: [EmbedderContent]) async throws -> Matrix {
    embed(try contents.map(prepared))
  }

  private func isPrepared(_ image: Image) -> Bool { image.width == inputSize && image.height == inputSize * crop.views }

  private func prepared(_ content: EmbedderContent) throws(ConvolutionalEmbedderError) -> Image {
    switch content {
    case .prepared(let image):
      guard isPrepared(image) else { throw .otherwisePrepared(width: image.width, height: image.height) }
      return image
    case .image(let image):
      guard max(image.width, image.height) <= Image.longestSide else {
        throw .tooLong(width: image.width, height: image.height)
      }
      return prepare(image)
    case .text, .entry: throw .noImage
    }
  }
}

/// Why contents cannot be embedded by a network for pictures.
public enum ConvolutionalEmbedderError: Error, Equatable, CustomStringConvertible {
  case noImage
  case tooLong(width: Int, height: Int)
  case otherwisePrepared(width: Int, height: Int)

  public var description: String {
    switch self {
    case .noImage: "the cnn embedder takes decoded pictures only; use it after an ingest stage with media: image"
    case .tooLong(let width, let height): "a picture of \(width)×\(height) pixels has a side over \(Image.longestSide)"
    case .otherwisePrepared(let width, let height):
      "a prepared picture of \(width)×\(height) pixels is for another network or crop; embed it with the embedder that prepared it"
    }
  }
}
