import CKernels
import Tensors
import Testing

/// Convolutions on every CPU level against sums done the plain way: all ways of computing them give the same bits.
@Suite(.serialized) struct ConvolutionTests {
  static let levels = Array(0...vm_cpu_level())

  @Test(arguments: 0..<42)
  func everyPathIsExact(number: Int) {
    var random = SeededRandom(seed: kernelSeed("convolution \(number)"))
    let stride = 1 + number % 2, side = 4 + random.below(8)
    let shape = ConvolutionCase.Shape(
      height: side, width: number % 3 == 0 ? 4 + random.below(8) : side,
      inputs: number % 5 == 0 ? 4 * (1 + random.below(12)) : 16 * (1 + random.below(3)),
      outputs: number % 7 == 0 ? 1 + random.below(40) : 16 * (1 + random.below(3)),
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

  /// Winograd's way is exact for sums below 2^25 on tiles of 4 × 4 and below 2^29 on those of 3 × 3; greater ones aren't left to it.
  @Test(
    .enabled(if: vm_cpu_level() >= Int32(VM_CPU_AVX2)), arguments: [1, -1],
    [(131_586, 4), (131_587, 3), (2_105_376, 3), (2_105_377, 0)])
  func sumsAtTheLimit(sign: Int, most: (sum: Int, tile: Int32)) {
    var random = SeededRandom(seed: 3)
    let shape = ConvolutionCase.Shape(
      height: 4, width: 4, inputs: most.sum < 1 << 18 ? 128 : 1856, outputs: 16, size: 3, stride: 1, padding: 1, images: 5)
    var one = ConvolutionCase(shape, &random)
    // The weights of all channels but one stay small; 255 · 131,586 is two less than 2^25, 255 · 2,105,376 is 32 less than 2^29.
    let depth = 9 * shape.inputs
    for at in one.weights.indices { one.weights[at] /= 64 }
    var rest = most.sum
    for at in 0..<depth {
      let part = min(rest, 127)
      one.weights[7 * depth + at] = Int8(sign * part)
      rest -= part
    }
    for at in one.pixels.indices { one.pixels[at] = 255 }
    one.type = .int32
    let (values, tile) = one.run(Int32(VM_CPU_AVX2))
    #expect(tile == most.tile)
    #expect(values == one.expected)
  }

  @Test(.enabled(if: vm_cpu_level() >= Int32(VM_CPU_AVX2)), arguments: [1, 2], [3, 4])
  func batchesOfEverySize(stride: Int, tile: Int) {
    var random = SeededRandom(seed: 5)
    for images in 1...9 {
      let shape = ConvolutionCase.Shape(
        height: 2 * tile * stride, width: 2 * tile * stride, inputs: 32, outputs: 32, size: 3, stride: stride, padding: 1,
        images: images)
      var one = ConvolutionCase(shape, &random)
      one.addResidual(.int16, &random)
      let (values, chosen) = one.run(Int32(VM_CPU_AVX2))
      #expect(chosen == Int32(tile))
      #expect(values == one.expected, "\(images) images")
    }
  }

  /// Fewer tiles than make up for the transforms, channels that fill no vector, other filters.
  @Test(.enabled(if: vm_cpu_level() >= Int32(VM_CPU_AVX2)))
  func othersAreDirect() {
    var random = SeededRandom(seed: 4)
    let usual = ConvolutionCase.Shape(
      height: 8, width: 8, inputs: 32, outputs: 32, size: 3, stride: 1, padding: 1, images: 2)
    var shapes = [ConvolutionCase.Shape](repeating: usual, count: 5)
    (shapes[0].height, shapes[0].width) = (1, 1)
    shapes[1].inputs = 20
    shapes[2].outputs = 33
    shapes[3].size = 5
    shapes[4].stride = 3
    for shape in shapes {
      let one = ConvolutionCase(shape, &random)
      let (values, tile) = one.run(Int32(VM_CPU_AVX2))
      #expect(tile == 0, "\(shape)")
      #expect(values == one.expected, "\(shape)")
    }
  }
}
