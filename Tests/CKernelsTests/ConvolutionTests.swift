import CKernels
import Tensors
import Testing

/// Convolutions on every CPU level against sums done the plain way: all ways of computing them give the same bits.
@Suite(.serialized) struct ConvolutionTests {
  static let levels = Array(0...vm_cpu_level())

  @Test(arguments: 0..<60)
  func everyPathIsExact(number: Int) {
    var random = SeededRandom(seed: kernelSeed("convolution \(number)"))
    let stride = 1 + number % 2, side = 4 + random.below(11)
    let shape = ConvolutionCase.Shape(
      height: side, width: number % 3 == 0 ? 4 + random.below(11) : side,
      inputs: number % 5 == 0 ? 4 * (1 + random.below(12)) : 16 * (1 + random.below(4)),
      outputs: number % 7 == 0 ? 1 + random.below(70) : 16 * (1 + random.below(4)),
      size: number % 11 == 0 ? 1 + 2 * random.below(3) : 3, stride: stride, padding: random.below(3),
      images: 1 + number % 9)
    var one = ConvolutionCase(shape, &random)
    one.addResidual([nil, .uint8, .int16][random.below(3)], &random)
    one.type = [.uint8, .uint8, .int16, .int32][random.below(4)]
    one.fraction = Int32(random.below(8))
    for level in Self.levels { #expect(one.run(level).values == one.expected, "\(shape), level \(level)") }
  }

  /// White pictures and weights of one sign make the greatest sums; alternating signs the greatest numbers on Winograd's way.
  @Test(arguments: [1, 2], [0, 1, 2, 3, 4])
  func extremesAreExact(stride: Int, pattern: Int) {
    var random = SeededRandom(seed: 1)
    let shape = ConvolutionCase.Shape(
      height: 16, width: 16, inputs: 64, outputs: 32, size: 3, stride: stride, padding: 1, images: 4)
    var one = ConvolutionCase(shape, &random)
    for at in one.weights.indices {
      let tap = at / 64 % 9, odd = (tap / 3 + tap % 3) % 2 == 1
      one.weights[at] = [127, -128, odd ? -128 : 127, odd ? 127 : -128, tap % 3 == 1 ? -128 : 127][pattern]
    }
    for at in one.pixels.indices where pattern != 4 || at / 64 % 2 == 0 { one.pixels[at] = 255 }
    one.type = .int32
    for level in Self.levels { #expect(one.run(level).values == one.expected, "level \(level)") }
  }

  /// Stride 1 on Winograd's way is exact for sums below 2^25, and other weights aren't packed for it.
  @Test(.enabled(if: vm_cpu_level() >= Int32(VM_CPU_AVX2)), arguments: [1, -1], [0, 1])
  func sumsAtTheLimit(sign: Int, over: Int) {
    var random = SeededRandom(seed: 3)
    let shape = ConvolutionCase.Shape(
      height: 4, width: 4, inputs: 128, outputs: 16, size: 3, stride: 1, padding: 1, images: 5)
    var one = ConvolutionCase(shape, &random)
    // Of one output channel: 255 times this is 33,554,430, two less than 2^25.
    var rest = 131_586 + over
    for at in 0..<9 * 128 {
      let part = min(rest, 127)
      one.weights[7 * 9 * 128 + at] = Int8(sign * part)
      rest -= part
    }
    for at in one.pixels.indices { one.pixels[at] = 255 }
    one.type = .int32
    let (values, method) = one.run(Int32(VM_CPU_AVX2))
    #expect(method == Int32(over == 0 ? VM_WINOGRAD : VM_PAIRS))
    #expect(values == one.expected)
  }

  @Test(.enabled(if: vm_cpu_level() >= Int32(VM_CPU_AVX2)), arguments: [1, 2], Array(1...9))
  func batchesOfEverySize(stride: Int, images: Int) {
    var random = SeededRandom(seed: UInt64(images))
    let shape = ConvolutionCase.Shape(
      height: 8 * stride, width: 8 * stride, inputs: 32, outputs: 32, size: 3, stride: stride, padding: 1, images: images)
    var one = ConvolutionCase(shape, &random)
    one.addResidual(.int16, &random)
    let (values, method) = one.run(Int32(VM_CPU_AVX2))
    #expect(method == Int32(VM_WINOGRAD))
    #expect(values == one.expected)
  }

  /// Fewer tiles than make up for the transforms, channels that fill no vector, other filters.
  @Test(.enabled(if: vm_cpu_level() >= Int32(VM_CPU_AVX2)))
  func othersAreDirect() {
    var random = SeededRandom(seed: 4)
    let usual = ConvolutionCase.Shape(
      height: 8, width: 8, inputs: 32, outputs: 32, size: 3, stride: 1, padding: 1, images: 2)
    var shapes = [ConvolutionCase.Shape](repeating: usual, count: 5)
    (shapes[0].height, shapes[0].width) = (2, 2)
    shapes[1].inputs = 20
    shapes[2].outputs = 33
    shapes[3].size = 5
    shapes[4].stride = 3
    for shape in shapes {
      let one = ConvolutionCase(shape, &random)
      let (values, method) = one.run(Int32(VM_CPU_AVX2))
      #expect(method == Int32(VM_PAIRS), "\(shape)")
      #expect(values == one.expected, "\(shape)")
    }
  }
}
