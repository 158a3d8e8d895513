import CKernels
import Synchronization
import Tensors

/// A checked network with its weights packed for one CPU level; runs pictures in small batches.
final class ConvolutionalNetwork: Sendable {
  private let tensors: [ModelFile.Tensor]
  private let layers: [PackedLayer]
  private let unit: Float
  private let level: Int32
  private let dimension: Int
  private let batch: Int
  /// Working memory of past calls, for the next ones.
  private let spare = Mutex<[Workspace]>([])

  /// Pictures that run through the layers together, so that weights are read less often than from memory once a picture while the
  /// activations still fit the second-level cache. Winograd's weights are several times as large.
  private static func batch(_ layers: [PackedLayer]) -> Int { layers.contains(where: \.isWinograd) ? 16 : 8 }

  init(_ network: ConvolutionalLayers, level: Int32) {
    tensors = network.tensors
    layers = network.layers.map { PackedLayer($0, network.tensors, level) }
    batch = Self.batch(layers)
    unit = Float(sign: .plus, exponent: network.exponent, significand: 1)
    dimension = network.tensors[network.layers[network.layers.count - 1].output].channels
    self.level = level
  }

  /// One row for each picture: the mean over its views of integers times the network's unit.
  ///
  /// - Parameter views: squares of the network's input size that stand one above the other in each picture.
  func embed(_ images: [Image], views: Int) -> Matrix {
    let workspace = spare.withLock { $0.popLast() } ?? Workspace(tensors, layers, batch)
    defer { spare.withLock { $0.append(workspace) } }
    let share = unit / Float(views), total = images.count * views
    return Matrix(rows: images.count, columns: dimension) { rows in
      rows.update(repeating: 0)
      for first in stride(from: 0, to: total, by: batch) {
        let count = min(batch, total - first)
        for index in 0..<count {
          let (picture, view) = (first + index).quotientAndRemainder(dividingBy: views)
          workspace.load(images[picture], view, index)
        }
        for layer in layers { layer.run(workspace, Int32(count), level) }
        let values = workspace.values(of: layers[layers.count - 1].output, count * dimension)
        for index in 0..<count {
          let source = index * dimension
          let target = (first + index) / views * dimension
          for column in 0..<dimension {
            // Whole numbers times a power of two: the sum is exact, so order does not matter.
            let value = Float(values[source + column])
            rows[target + column] += value * share
          }
        }
      }
    }
  }
}

/// One operation with its numbers where the kernels want them; never written after it is made.
private final class PackedLayer: @unchecked Sendable {
  let input, output: Int
  private let residual: Int?
  private let work: ConvolutionalLayers.Work
  private var convolution = vm_convolution()
  private let bias, multiplier: UnsafeMutableBufferPointer<Int32>
  private let packed: UnsafeMutableRawBufferPointer

  init(_ layer: ConvolutionalLayers.Layer, _ tensors: [ModelFile.Tensor], _ level: Int32) {
    input = layer.input
    output = layer.output
    work = layer.work
    switch layer.work {
    case .mean, .globalMax:
      (residual, bias, multiplier) = (nil, Self.padded([]), Self.padded([]))
      packed = .allocate(byteCount: 0, alignment: 64)
    case .globalMean(_, let bias, let multiplier):
      (residual, self.bias, self.multiplier) = (nil, Self.padded(bias), Self.padded(multiplier))
      packed = .allocate(byteCount: 0, alignment: 64)
    case .convolution(let c):
      (residual, bias, multiplier) = (c.residual, Self.padded(c.bias), Self.padded(c.multiplier))
      convolution = vm_convolution(
        inputs: Int32(tensors[input].channels), outputs: Int32(c.bias.count), size: Int32(c.size), stride: Int32(c.stride),
        padding: Int32(c.padding), fraction: Int32(c.fraction), residual_factor: Int32(c.residualFactor), level: level,
        method: 0, tile: 0, packed: nil, bias: bias.baseAddress, multiplier: multiplier.baseAddress)
      var output = vm_tensor(tensors[output])
      packed = .allocate(byteCount: vm_convolution_plan(&convolution, c.weights, &output), alignment: 64)
      vm_convolution_pack(&convolution, c.weights, packed.baseAddress)
      convolution.packed = UnsafeRawPointer(packed.baseAddress)
    }
  }

  deinit {
    bias.deallocate()
    multiplier.deallocate()
    packed.deallocate()
  }

  /// A copy with zeros up to a whole block of 32 channels.
  private static func padded(_ values: [Int32]) -> UnsafeMutableBufferPointer<Int32> {
    let copy = UnsafeMutableBufferPointer<Int32>.allocate(capacity: (values.count + 31) / 32 * 32)
    copy.initialize(repeating: 0)
    for (index, value) in values.enumerated() { copy[index] = value }
    return copy
  }

  var isWinograd: Bool { convolution.method == Int32(VM_WINOGRAD) }

  /// Bytes of working memory.
  func scratch(_ tensors: UnsafeMutableBufferPointer<vm_tensor>, _ images: Int32) -> Int {
    guard case .convolution = work else { return 0 }
    return vm_convolution_scratch(&convolution, tensors.baseAddress! + input, tensors.baseAddress! + output, images)
  }

  func run(_ workspace: Workspace, _ images: Int32, _ level: Int32) {
    let tensors = workspace.tensors.baseAddress!
    switch work {
    case .mean: vm_mean_2x2(tensors + input, tensors + output, images, level)
    case .globalMean(let channel, _, _):
      vm_global_mean(
        tensors + input, tensors + output, Int32(channel), bias.baseAddress, multiplier.baseAddress, images, level)
    case .globalMax(let channel): vm_global_max(tensors + input, tensors + output, Int32(channel), images)
    case .convolution:
      let residual = residual.map { UnsafePointer(tensors + $0) }
      vm_convolution_run(&convolution, tensors + input, residual, tensors + output, images, workspace.scratch)
    }
  }
}

/// Room for the tensors of one batch; used by one call at a time.
private final class Workspace: @unchecked Sendable {
  let tensors: UnsafeMutableBufferPointer<vm_tensor>
  /// Of one convolution at a time.
  let scratch: UnsafeMutableRawPointer

  init(_ shapes: [ModelFile.Tensor], _ layers: [PackedLayer], _ batch: Int) {
    tensors = .allocate(capacity: shapes.count)
    for (index, shape) in shapes.enumerated() {
      var tensor = vm_tensor(shape)
      let pixels = (shape.height + 2 * shape.border) * (shape.width + 2 * shape.border)
      let size = shape.type == .uint8 ? 1 : shape.type == .int16 ? 2 : 4
      let data = UnsafeMutableRawBufferPointer.allocate(
        byteCount: pixels * shape.channels * size * batch, alignment: 64)
      data.initializeMemory(as: UInt8.self, repeating: 0)
      tensor.data = data.baseAddress
      tensors.initializeElement(at: index, to: tensor)
      vm_fill_border(tensors.baseAddress! + index, shape.fill, Int32(batch))
    }
    let tensors = tensors
    scratch = .allocate(byteCount: layers.map { $0.scratch(tensors, Int32(batch)) }.max() ?? 0, alignment: 64)
  }

  deinit {
    for tensor in tensors { tensor.data.deallocate() }
    scratch.deallocate()
    tensors.deallocate()
  }

  /// Puts one view of a picture at a place of the batch.
  func load(_ image: Image, _ view: Int, _ index: Int) {
    image.pixels.withUnsafeBufferPointer { pixels in
      vm_load_rgb(pixels.baseAddress! + view * image.width * image.width * 3, tensors.baseAddress!, Int32(index))
    }
  }

  func values(of tensor: Int, _ count: Int) -> UnsafeBufferPointer<Int32> {
    UnsafeBufferPointer(start: tensors[tensor].data.assumingMemoryBound(to: Int32.self), count: count)
  }
}

extension vm_tensor {
  /// Without its data.
  fileprivate init(_ shape: ModelFile.Tensor) {
    let type = shape.type == .uint8 ? VM_UINT8 : shape.type == .int16 ? VM_INT16 : VM_INT32
    self.init(
      data: nil, height: Int32(shape.height), width: Int32(shape.width), channels: Int32(shape.channels),
      border: Int32(shape.border), type: Int32(type))
  }
}
