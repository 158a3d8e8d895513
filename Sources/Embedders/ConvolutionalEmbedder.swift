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

  public init(model: ConvolutionalModel, crop: ImageCrop = .middle) {
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

  /// A picture as the network takes it: cut to a square, and shrunk or enlarged by exact area means.
  public func prepare(_ image: Image) -> Image { image.square(side: inputSize, crop: crop) }

  /// One row of `dimension` values for each picture, in order; each picture must have been prepared.
  public func embed(_ images: [Image]) -> Matrix {
    for image in images {
      precondition(
        image.width == inputSize && image.height == inputSize,
        "a picture of \(image.width)×\(image.height) pixels was not prepared for \(model.name)")
    }
    return model.network.embed(images)
  }

  /// - Throws: `ConvolutionalEmbedderError` if this is no picture, or one of an absurd length.
  public func prepare(_ content: EmbedderContent) throws -> EmbedderContent { .image(try prepared(content)) }

  /// One row for each picture; pictures that were not prepared are prepared first.
  ///
  /// - Throws: `ConvolutionalEmbedderError` if a content is no picture, or one of an absurd length.
  public func embed(_ contents: [EmbedderContent]) async throws -> Matrix {
    embed(try contents.map(prepared))
  }

  private func prepared(_ content: EmbedderContent) throws(ConvolutionalEmbedderError) -> Image {
    guard case .image(let image) = content else { throw .noImage }
    guard max(image.width, image.height) <= Image.longestSide else {
      throw .tooLong(width: image.width, height: image.height)
    }
    return prepare(image)
  }
}

/// Why contents cannot be embedded by a network for pictures.
public enum ConvolutionalEmbedderError: Error, Equatable, CustomStringConvertible {
  case noImage
  case tooLong(width: Int, height: Int)

  public var description: String {
    switch self {
    case .noImage: "the cnn embedder takes decoded pictures only; use it after an ingest stage with media: image"
    case .tooLong(let width, let height): "a picture of \(width)×\(height) pixels has a side over \(Image.longestSide)"
    }
  }
}
