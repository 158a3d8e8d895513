import Foundation
import Tensors

/// A small random network: its weight file, and the same arithmetic in the plainest way.
///
/// Picture → 3×3 stride 2 (odd channel counts) → mean → 1×1 to int16 as a shortcut; 3×3 and 3×3 plus the shortcut; 3×3 plus a uint8
/// residual; global mean of one tensor and global mean and maximum of another side by side; a linear layer.
struct TestNetwork {
  struct Layer {
    var kind: String
    var input, output: Int
    var size = 1, stride = 1, padding = 0, fraction = 0
    var residual: Int?
    var factor = 0, channel = 0
    var weights: [Int8] = []
    var bias: [Int32] = []
    var multiplier: [Int32] = []
  }

  struct Shape {
    var side, channels, border: Int
    var type: String
    var fill: [UInt8]?
  }

  var shapes: [Shape] = []
  var layers: [Layer] = []
  let exponent = -3

  init(side: Int = 16, seed: UInt64) {
    var random = SeededRandom(seed: seed)
    let wide = 4 * (1 + random.below(10)), deep = 4 * (1 + random.below(18))
    let fill = (0..<4).map { _ in UInt8(random.below(256)) }
    shapes = [
      Shape(side: side, channels: 4, border: 1, type: "uint8", fill: fill),
      Shape(side: side / 2, channels: wide, border: 1, type: "uint8"),
      Shape(side: side / 4, channels: wide, border: 0, type: "uint8"),
      Shape(side: side / 4, channels: deep, border: 0, type: "int16"),
      Shape(side: side / 4, channels: deep, border: 1, type: "uint8"),
      Shape(side: side / 4, channels: deep, border: 2, type: "uint8"),
      Shape(side: side / 4, channels: deep, border: 0, type: "uint8"),
      Shape(side: 1, channels: wide + 2 * deep, border: 0, type: "uint8"),
      Shape(side: 1, channels: 1 + random.below(70), border: 0, type: "int32"),
    ]
    layers = [
      Layer(kind: "convolution", input: 0, output: 1, size: 3, stride: 2, padding: 1),
      Layer(kind: "mean", input: 1, output: 2),
      Layer(kind: "convolution", input: 2, output: 3),
      Layer(kind: "convolution", input: 1, output: 4, size: 3, stride: 2, padding: 1),
      Layer(kind: "convolution", input: 4, output: 5, size: 3, padding: 1, fraction: 4, residual: 3, factor: 3),
      Layer(kind: "convolution", input: 5, output: 6, size: 3, padding: 1, fraction: 6, residual: 4, factor: -40),
      Layer(kind: "global_mean", input: 6, output: 7, channel: wide),
      Layer(kind: "global_mean", input: 1, output: 7),
      Layer(kind: "global_max", input: 6, output: 7, channel: wide + deep),
      Layer(kind: "convolution", input: 7, output: 8),
    ]
    for index in layers.indices { draw(&layers[index], &random) }
  }

  private func draw(_ layer: inout Layer, _ random: inout SeededRandom) {
    guard layer.kind == "convolution" || layer.kind == "global_mean" else { return }
    let inputs = shapes[layer.input].channels
    let outputs = layer.kind == "convolution" ? shapes[layer.output].channels : inputs
    let depth = layer.size * layer.size * inputs
    if layer.kind == "convolution" {
      layer.weights = (0..<outputs * depth).map { _ in Int8(random.below(256) - 128) }
    }
    let spread = Int(127 * 74 * Double(depth).squareRoot())
    layer.bias = (0..<outputs).map { _ in Int32(random.below(2 * spread) - spread) }
    let ratio =
      layer.kind == "convolution" ? 100.0 / Double(spread) : 1 / Double(shapes[layer.input].side * shapes[layer.input].side * 256)
    let scale = shapes[layer.output].type == "int32" ? 20.0 : Double(1 << layer.fraction)
    layer.multiplier = (0..<outputs).map { _ in
      Int32(min(ratio * scale * (0.5 + random.unit()), 0.49) * 0x1p32)
    }
  }

  /// The network as a weight file.
  var bytes: [UInt8] {
    var arrays: [[String: Any]] = [], data: [UInt8] = []
    func store<T: FixedWidthInteger>(_ values: [T], _ type: String) -> Int {
      arrays.append(["type": type, "offset": data.count, "count": values.count])
      for value in values { withUnsafeBytes(of: value.littleEndian) { data.append(contentsOf: $0) } }
      data.append(contentsOf: [UInt8](repeating: 0, count: (64 - data.count % 64) % 64))
      return arrays.count - 1
    }
    let operations = layers.map { layer in
      var entry: [String: Any] = ["kind": layer.kind, "input": layer.input, "output": layer.output]
      if layer.kind == "convolution" {
        entry.merge(
          [
            "size": layer.size, "stride": layer.stride, "padding": layer.padding, "fraction": layer.fraction,
            "weights": store(layer.weights, "int8"),
          ]) { $1 }
      }
      if let residual = layer.residual { entry.merge(["residual": residual, "residual_factor": layer.factor]) { $1 } }
      if layer.kind.hasPrefix("global") { entry["channel"] = layer.channel }
      if !layer.bias.isEmpty {
        entry.merge(["bias": store(layer.bias, "int32"), "multiplier": store(layer.multiplier, "int32")]) { $1 }
      }
      return entry
    }
    let tensors = shapes.map { shape in
      var entry: [String: Any] = [
        "height": shape.side, "width": shape.side, "channels": shape.channels, "border": shape.border, "type": shape.type,
      ]
      if let fill = shape.fill { entry["fill"] = fill.map(Int.init) }
      return entry
    }
    let header: [String: Any] = [
      "name": "test", "version": "1", "dimension": shapes[shapes.count - 1].channels, "exponent": exponent,
      "tensors": tensors, "operations": operations, "arrays": arrays,
    ]
    let text = [UInt8](try! JSONSerialization.data(withJSONObject: header, options: .sortedKeys))
    let length = withUnsafeBytes(of: UInt32(text.count).littleEndian) { [UInt8]($0) }
    return Array("VMW1".utf8) + length + text + data
  }
}

extension TestNetwork {
  /// The embedding of a picture, value by value as the header of convolution.h says.
  func embed(_ image: Image) -> [Float] {
    var values: [Int: [Int]] = [
      0: (0..<image.width * image.height).flatMap { pixel in
        (0..<3).map { Int(image.pixels[pixel * 3 + $0]) } + [0]
      }
    ]
    for layer in layers {
      switch layer.kind {
      case "convolution": values[layer.output] = convolution(layer, values)
      case "mean": values[layer.output] = mean(layer, values[layer.input]!)
      default:
        var means = values[layer.output] ?? [Int](repeating: 0, count: shapes[layer.output].channels)
        for (index, value) in pooled(layer, values[layer.input]!).enumerated() { means[layer.channel + index] = value }
        values[layer.output] = means
      }
    }
    return values[shapes.count - 1]!.map { Float($0) / 8 }
  }

  private func at(_ values: [Int], _ tensor: Int, _ y: Int, _ x: Int, _ channel: Int) -> Int {
    let shape = shapes[tensor]
    guard (0..<shape.side).contains(y), (0..<shape.side).contains(x) else { return Int(shape.fill?[channel] ?? 0) }
    return values[(y * shape.side + x) * shape.channels + channel]
  }

  private func convolution(_ layer: Layer, _ values: [Int: [Int]]) -> [Int] {
    let input = values[layer.input]!, shape = shapes[layer.output], inputs = shapes[layer.input].channels
    let range: ClosedRange<Int> =
      shape.type == "uint8" ? 0...255 : shape.type == "int16" ? -32768...32767 : Int.min...Int.max
    var result: [Int] = []
    for y in 0..<shape.side {
      for x in 0..<shape.side {
        for channel in 0..<shape.channels {
          var sum = Int(layer.bias[channel]), weight = channel * layer.size * layer.size * inputs
          for dy in 0..<layer.size {
            for dx in 0..<layer.size {
              let row = y * layer.stride + dy - layer.padding, column = x * layer.stride + dx - layer.padding
              for input_channel in 0..<inputs {
                sum += Int(layer.weights[weight]) * at(input, layer.input, row, column, input_channel)
                weight += 1
              }
            }
          }
          var value = (sum * Int(layer.multiplier[channel])) >> 32
          if let residual = layer.residual { value += values[residual]![result.count] * layer.factor }
          result.append(min(max(value >> layer.fraction, range.lowerBound), range.upperBound))
        }
      }
    }
    return result
  }

  private func mean(_ layer: Layer, _ input: [Int]) -> [Int] {
    let side = shapes[layer.output].side, channels = shapes[layer.output].channels
    return (0..<side * side * channels).map { index in
      let y = index / channels / side * 2, x = index / channels % side * 2, channel = index % channels
      let corners = [(y, x), (y, x + 1), (y + 1, x), (y + 1, x + 1)]
      return (corners.reduce(2) { $0 + at(input, layer.input, $1.0, $1.1, channel) }) >> 2
    }
  }

  private func pooled(_ layer: Layer, _ input: [Int]) -> [Int] {
    let channels = shapes[layer.input].channels
    return (0..<channels).map { channel in
      if layer.kind == "global_max" { return stride(from: channel, to: input.count, by: channels).map { input[$0] }.max()! }
      let sum = stride(from: channel, to: input.count, by: channels).reduce(0) { $0 + input[$1] }
      return min(max(((256 * sum + Int(layer.bias[channel])) * Int(layer.multiplier[channel])) >> 32, 0), 255)
    }
  }
}

/// A picture of random pixels.
func randomImage(_ width: Int, _ height: Int, seed: UInt64) -> Image {
  var random = SeededRandom(seed: seed)
  return Image(width: width, height: height, pixels: (0..<width * height * 3).map { _ in UInt8(random.below(256)) })
}
