extension ModelFile {
  /// What the JSON header says: tensors, and the operations on them in order. Tensor 0 is the picture.
  struct Header: Decodable, Sendable {
    var name: String
    var version: String
    /// Values of an embedding.
    var dimension: Int
    /// The embedding is the last operation's integers times two to this power.
    var exponent: Int
    var tensors: [Tensor]
    var operations: [Operation]
    var arrays: [StoredArray]
  }

  struct Tensor: Decodable, Sendable {
    enum ValueType: String, Decodable, Sendable { case uint8, int16, int32 }
    var height: Int
    var width: Int
    var channels: Int
    /// Pixels around the picture that hold `fill` (zeros if there is none): the padding of the convolutions that read it.
    var border: Int
    var type: ValueType
    var fill: [UInt8]?
  }

  struct Operation: Decodable, Sendable {
    enum Kind: String, Decodable, Sendable {
      case convolution
      case mean
      case globalMean = "global_mean"
      case globalMax = "global_max"
    }
    enum CodingKeys: String, CodingKey {
      case kind, input, output, size, stride, padding, fraction, weights, bias, multiplier, residual, channel
      case residualFactor = "residual_factor"
    }
    var kind: Kind
    var input: Int
    var output: Int
    var size: Int?
    var stride: Int?
    var padding: Int?
    var fraction: Int?
    var weights: Int?
    var bias: Int?
    var multiplier: Int?
    var residual: Int?
    var residualFactor: Int?
    var channel: Int?
  }

  struct StoredArray: Decodable, Sendable {
    enum ValueType: String, Decodable, Sendable {
      case int8, int32
      var size: Int { self == .int8 ? 1 : 4 }
    }
    var type: ValueType
    /// Bytes after the header; a multiple of 64.
    var offset: Int
    var count: Int
  }
}
