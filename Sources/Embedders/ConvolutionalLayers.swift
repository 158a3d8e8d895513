/// The operations of a weight file, checked against each other, with their numbers.
///
/// What this accepts, the kernels can run: every tensor is written before it is read, shapes fit, no 32-bit sum overflows.
struct ConvolutionalLayers: Sendable {
  struct Convolution: Sendable {
    var size, stride, padding, fraction, residualFactor: Int
    var residual: Int?
    var weights: [Int8]
    var bias: [Int32]
    var multiplier: [Int32]
  }

  enum Work: Sendable {
    case convolution(Convolution)
    case mean
    case globalMean(channel: Int, bias: [Int32], multiplier: [Int32])
    case globalMax(channel: Int)
  }

  struct Layer: Sendable {
    var input, output: Int
    var work: Work
  }

  let tensors: [ModelFile.Tensor]
  let exponent: Int
  private(set) var layers: [Layer] = []

  init(checking file: ModelFile) throws(ModelFileError) {
    let header = file.header
    tensors = header.tensors
    exponent = header.exponent
    try checkTensors(header)
    var written: Set<Int> = [0]
    for (number, operation) in header.operations.enumerated() {
      try check(operation, number: number, written: written)
      written.insert(operation.output)
      let work: Work
      switch operation.kind {
      case .convolution: work = .convolution(try convolution(operation, number, file, written))
      case .mean: work = try mean(operation, number)
      case .globalMean: work = try globalMean(operation, number, file)
      case .globalMax: work = .globalMax(channel: try pooledChannel(operation, number))
      }
      layers.append(Layer(input: operation.input, output: operation.output, work: work))
    }
    let last = tensors[layers[layers.count - 1].output]
    guard last.type == .int32, last.height == 1, last.width == 1, last.channels == header.dimension else {
      throw ModelFileError("its last operation does not leave \(header.dimension) values of type int32")
    }
  }

  /// Products of one picture: values of each convolution's output times those that each is a sum of.
  var products: Int {
    layers.reduce(0) { sum, layer in
      guard case .convolution(let c) = layer.work else { return sum }
      return sum + tensors[layer.output].height * tensors[layer.output].width * c.weights.count
    }
  }

  private func checkTensors(_ header: ModelFile.Header) throws(ModelFileError) {
    guard !header.name.isEmpty, header.name.utf8.count <= 100, header.version.utf8.count <= 100 else {
      throw ModelFileError("it has no name, or one that is too long")
    }
    guard (1...8192).contains(header.dimension), (-100...100).contains(header.exponent),
      (1...2000).contains(header.tensors.count), (1...2000).contains(header.operations.count)
    else { throw ModelFileError("its dimension, exponent or number of tensors is out of range") }
    var room = 0
    for (number, tensor) in tensors.enumerated() {
      guard (1...4096).contains(tensor.height), (1...4096).contains(tensor.width),
        (1...8192).contains(tensor.channels), (0...16).contains(tensor.border),
        tensor.border == 0 || tensor.type == .uint8,
        tensor.fill.map({ $0.count == tensor.channels }) ?? true
      else { throw ModelFileError("tensor \(number) has an impossible shape") }
      room += (tensor.height + 2 * tensor.border) * (tensor.width + 2 * tensor.border) * tensor.channels * 4
      guard room <= 1 << 28 else { throw ModelFileError("its tensors take more than 256 MB") }
    }
    let picture = tensors[0]
    guard picture.type == .uint8, picture.channels == 4, picture.width == picture.height else {
      throw ModelFileError("tensor 0 is no square picture of 4 channels")
    }
  }

  private func check(
    _ operation: ModelFile.Operation, number: Int, written: Set<Int>
  ) throws(ModelFileError) {
    guard written.contains(operation.input), tensors[operation.input].type == .uint8 else {
      throw ModelFileError("operation \(number) reads tensor \(operation.input), which holds no uint8 values yet")
    }
    guard tensors.indices.contains(operation.output), operation.output != operation.input,
      !written.contains(operation.output)
        || ([.globalMean, .globalMax].contains(operation.kind) && operation.output != 0)
    else { throw ModelFileError("operation \(number) cannot write tensor \(operation.output)") }
  }

  private func convolution(
    _ operation: ModelFile.Operation, _ number: Int, _ file: ModelFile, _ written: Set<Int>
  ) throws(ModelFileError) -> Convolution {
    let input = tensors[operation.input], output = tensors[operation.output]
    guard let size = operation.size, let stride = operation.stride, let padding = operation.padding,
      let fraction = operation.fraction, let weights = operation.weights, let bias = operation.bias,
      let multiplier = operation.multiplier
    else { throw ModelFileError("operation \(number) lacks a property of a convolution") }
    guard (1...15).contains(size), (1...8).contains(stride), (0...input.border).contains(padding),
      (0...30).contains(fraction), input.channels % 4 == 0,
      Self.steps(input.height, size, stride, padding) == output.height,
      Self.steps(input.width, size, stride, padding) == output.width
    else { throw ModelFileError("operation \(number) does not fit its tensors") }
    let values = size * size * input.channels
    let layer = Convolution(
      size: size, stride: stride, padding: padding, fraction: fraction,
      residualFactor: operation.residualFactor ?? 0, residual: operation.residual,
      weights: try file.array(weights, Int8.self, count: output.channels * values, of: number),
      bias: try file.array(bias, Int32.self, count: output.channels, of: number),
      multiplier: try file.array(multiplier, Int32.self, count: output.channels, of: number))
    try checkResidual(layer, output: operation.output, number: number, written: written)
    try checkSums(layer, values: values, number: number)
    return layer
  }

  private static func steps(_ side: Int, _ size: Int, _ stride: Int, _ padding: Int) -> Int {
    side + 2 * padding < size ? 0 : (side + 2 * padding - size) / stride + 1
  }

  private func checkResidual(
    _ layer: Convolution, output: Int, number: Int, written: Set<Int>
  ) throws(ModelFileError) {
    guard let residual = layer.residual else { return }
    let target = tensors[output]
    guard residual != output, written.contains(residual), tensors[residual].type != .int32,
      tensors[residual].height == target.height, tensors[residual].width == target.width,
      tensors[residual].channels == target.channels, (-16384...16384).contains(layer.residualFactor)
    else { throw ModelFileError("operation \(number) cannot add tensor \(residual)") }
  }

  /// No sum may leave 32 bits, whatever the picture.
  private func checkSums(_ layer: Convolution, values: Int, number: Int) throws(ModelFileError) {
    for channel in layer.bias.indices {
      let weights = layer.weights[channel * values..<(channel + 1) * values]
      let most = weights.reduce(0) { $0 + Int($1.magnitude) } * 255 + Int(layer.bias[channel].magnitude)
      guard most <= Int(Int32.max), layer.multiplier[channel] >= 0 else {
        throw ModelFileError("channel \(channel) of operation \(number) could overflow")
      }
    }
  }

  private func mean(_ operation: ModelFile.Operation, _ number: Int) throws(ModelFileError) -> Work {
    let input = tensors[operation.input], output = tensors[operation.output]
    guard output.type == .uint8, output.channels == input.channels, output.height * 2 == input.height,
      output.width * 2 == input.width
    else { throw ModelFileError("operation \(number) does not halve its tensor") }
    return .mean
  }

  private func globalMean(
    _ operation: ModelFile.Operation, _ number: Int, _ file: ModelFile
  ) throws(ModelFileError) -> Work {
    guard let bias = operation.bias, let multiplier = operation.multiplier else {
      throw ModelFileError("operation \(number) lacks a property of a global mean")
    }
    let channel = try pooledChannel(operation, number), count = tensors[operation.input].channels
    let biases = try file.array(bias, Int32.self, count: count, of: number)
    let multipliers = try file.array(multiplier, Int32.self, count: count, of: number)
    guard biases.allSatisfy({ $0.magnitude <= 1 << 30 }), multipliers.allSatisfy({ $0 >= 0 }) else {
      throw ModelFileError("operation \(number) could overflow")
    }
    return .globalMean(channel: channel, bias: biases, multiplier: multipliers)
  }

  /// The first channel of the output that a mean or maximum over the whole picture fills.
  private func pooledChannel(_ operation: ModelFile.Operation, _ number: Int) throws(ModelFileError) -> Int {
    let input = tensors[operation.input], output = tensors[operation.output]
    guard let channel = operation.channel, output.type == .uint8, output.height == 1, output.width == 1,
      output.border == 0, (0...output.channels).contains(channel),
      input.channels <= output.channels - channel, input.height * input.width <= 16384
    else { throw ModelFileError("operation \(number) does not fit its tensors") }
    return channel
  }
}
