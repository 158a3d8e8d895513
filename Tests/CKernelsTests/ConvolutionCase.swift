import CKernels
import Tensors

/// A convolution of random numbers: by the kernels of a level, and the plain way.
struct ConvolutionCase {
  struct Shape {
    var height, width, inputs, outputs, size, stride, padding, images: Int
    var outputHeight: Int { (height + 2 * padding - size) / stride + 1 }
    var outputWidth: Int { (width + 2 * padding - size) / stride + 1 }
  }

  enum ValueType { case uint8, int16, int32 }

  let shape: Shape
  let border: Int
  var pixels: [UInt8]
  var weights: [Int8]
  var bias, multiplier: [Int32]
  var residual: (type: ValueType, values: [Int], factor: Int)?
  var type = ValueType.uint8
  var fraction: Int32 = 0

  init(_ given: Shape, _ random: inout SeededRandom) {
    var shape = given
    shape.padding = max(shape.padding, (shape.size - min(shape.height, shape.width) + 1) / 2)
    self.shape = shape
    border = shape.padding + random.below(2)
    let depth = shape.size * shape.size * shape.inputs
    pixels = random.bytes(shape.images * shape.height * shape.width * shape.inputs)
    weights = (0..<shape.outputs * depth).map { _ in Int8(random.below(256) - 128) }
    bias = (0..<shape.outputs).map { _ in Int32(random.below(1 << 20) - 1 << 19) }
    multiplier = (0..<shape.outputs).map { _ in Int32(random.below(1 << 20)) }
  }

  mutating func addResidual(_ type: ValueType?, _ random: inout SeededRandom) {
    guard let type else { return }
    let count = shape.images * shape.outputHeight * shape.outputWidth * shape.outputs
    let values = (0..<count).map { _ in type == .uint8 ? random.below(256) : random.below(65536) - 32768 }
    residual = (type, values, random.below(200) - 100)
  }

  /// A tensor with a border of zeros around its pictures.
  private static func tensor(
    _ values: [Int], _ type: ValueType, _ height: Int, _ width: Int, _ channels: Int, border: Int, images: Int
  ) -> vm_tensor {
    let across = width + 2 * border, down = height + 2 * border, count = images * across * down * channels
    let data = UnsafeMutableRawPointer.allocate(byteCount: count * 4, alignment: 64)
    data.initializeMemory(as: UInt8.self, repeating: 0, count: count * 4)
    for (index, value) in values.enumerated() {
      let (pixel, channel) = index.quotientAndRemainder(dividingBy: channels)
      let x = pixel % width, y = pixel / width % height, image = pixel / width / height
      let at = ((image * down + y + border) * across + x + border) * channels + channel
      switch type {
      case .uint8: data.storeBytes(of: UInt8(value), toByteOffset: at, as: UInt8.self)
      case .int16: data.storeBytes(of: Int16(value), toByteOffset: 2 * at, as: Int16.self)
      case .int32: data.storeBytes(of: Int32(value), toByteOffset: 4 * at, as: Int32.self)
      }
    }
    let number = type == .uint8 ? VM_UINT8 : type == .int16 ? VM_INT16 : VM_INT32
    return vm_tensor(
      data: data, height: Int32(height), width: Int32(width), channels: Int32(channels), border: Int32(border),
      type: Int32(number))
  }

  /// What the kernels of a level make, and on what tiles (0: directly).
  func run(_ level: Int32) -> (values: [Int], tile: Int32) {
    let count = shape.images * shape.outputHeight * shape.outputWidth * shape.outputs
    var input = Self.tensor(
      pixels.map(Int.init), .uint8, shape.height, shape.width, shape.inputs, border: border, images: shape.images)
    var output = Self.tensor(
      [], type, shape.outputHeight, shape.outputWidth, shape.outputs, border: 0, images: shape.images)
    var added = residual.map {
      Self.tensor($0.values, $0.type, shape.outputHeight, shape.outputWidth, shape.outputs, border: 0, images: shape.images)
    }
    defer { for tensor in [input, output, added].compactMap({ $0 }) { tensor.data.deallocate() } }
    let padded = [Int32](repeating: 0, count: (shape.outputs + 31) / 32 * 32 - shape.outputs)
    return (bias + padded).withUnsafeBufferPointer { bias in
      (multiplier + padded).withUnsafeBufferPointer { multiplier in
        var convolution = vm_convolution(
          inputs: Int32(shape.inputs), outputs: Int32(shape.outputs), size: Int32(shape.size), stride: Int32(shape.stride),
          padding: Int32(shape.padding), fraction: fraction, residual_factor: Int32(residual?.factor ?? 0), level: level,
          method: 0, tile: 0, packed: nil, bias: bias.baseAddress, multiplier: multiplier.baseAddress)
        let size = vm_convolution_plan(&convolution, weights, &output)
        let packed = UnsafeMutableRawPointer.allocate(byteCount: size, alignment: 64)
        vm_convolution_pack(&convolution, weights, packed)
        convolution.packed = UnsafeRawPointer(packed)
        let scratch = UnsafeMutableRawPointer.allocate(
          byteCount: vm_convolution_scratch(&convolution, &input, &output, Int32(shape.images)), alignment: 64)
        defer {
          packed.deallocate()
          scratch.deallocate()
        }
        if added != nil {
          vm_convolution_run(&convolution, &input, &added!, &output, Int32(shape.images), scratch)
        } else {
          vm_convolution_run(&convolution, &input, nil, &output, Int32(shape.images), scratch)
        }
        return (Self.values(output.data, type, count), convolution.tile)
      }
    }
  }

  private static func values(_ data: UnsafeMutableRawPointer, _ type: ValueType, _ count: Int) -> [Int] {
    (0..<count).map {
      switch type {
      case .uint8: Int(data.load(fromByteOffset: $0, as: UInt8.self))
      case .int16: Int(data.load(fromByteOffset: 2 * $0, as: Int16.self))
      case .int32: Int(data.load(fromByteOffset: 4 * $0, as: Int32.self))
      }
    }
  }

  /// As the header of convolution.h says.
  var expected: [Int] {
    let wide = pixels.map(Int.init), filters = weights.map(Int.init), depth = shape.size * shape.size * shape.inputs
    let range = type == .uint8 ? 0...255 : type == .int16 ? -32768...32767 : Int(Int32.min)...Int(Int32.max)
    var result: [Int] = []
    for image in 0..<shape.images {
      for y in 0..<shape.outputHeight {
        for x in 0..<shape.outputWidth {
          for channel in 0..<shape.outputs {
            var sum = Int(bias[channel])
            for dy in 0..<shape.size {
              for dx in 0..<shape.size {
                let row = y * shape.stride + dy - shape.padding, column = x * shape.stride + dx - shape.padding
                guard (0..<shape.height).contains(row), (0..<shape.width).contains(column) else { continue }
                let at = ((image * shape.height + row) * shape.width + column) * shape.inputs
                let weight = channel * depth + (dy * shape.size + dx) * shape.inputs
                for input in 0..<shape.inputs { sum += wide[at + input] * filters[weight + input] }
              }
            }
            var value = (sum * Int(multiplier[channel])) >> 32
            if let residual { value += residual.values[result.count] * residual.factor }
            result.append(min(max(value >> Int(fraction), range.lowerBound), range.upperBound))
          }
        }
      }
    }
    return result
  }
}
