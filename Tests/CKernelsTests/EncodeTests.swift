import CKernels
import Tensors
import Testing

/// Encoders and training on every level against the plain way.
@Suite(.serialized) struct EncodeTests {
  @Test(
    arguments: [
      (n: 0, parts: 2, dsub: 4, bits: 8), (1, 1, 1, 8), (31, 3, 2, 8), (33, 4, 8, 8), (70, 2, 16, 8), (40, 3, 5, 8),
      (100, 8, 4, 4), (65, 7, 3, 4), (32, 16, 8, 4), (20, 1, 300, 4), (50, 5, 7, 4), (9, 1, 1024, 8), (35, 128, 8, 8),
      (34, 85, 12, 4),
    ])
  func encodesTheNearest(shape: (n: Int, parts: Int, dsub: Int, bits: Int)) {
    var random = SeededRandom(seed: kernelSeed("encode \(shape)"))
    let (n, parts, dsub) = (shape.n, shape.parts, shape.dsub)
    let K = 1 << shape.bits
    let d = parts * dsub
    let x = random.floats(n * d)
    var centroids = random.floats(parts * K * dsub)
    // Two equal centroids: the first must win.
    for t in 0..<dsub { centroids[3 * dsub + t] = centroids[dsub + t] }
    var panels = [Float](repeating: 0, count: vm_panels_size(parts * K, dsub))
    vm_pack_panels(centroids, parts * K, dsub, dsub, 0, &panels)
    var half = [Float](repeating: 0, count: parts * K)
    vm_half_norms(centroids, parts * K, dsub, dsub, &half)
    let size = (parts * shape.bits + 7) / 8
    var expected = [UInt8](repeating: 0, count: n * size)
    for i in 0..<n {
      for m in 0..<parts {
        var (best, number) = (Float.infinity, 0)
        for c in 0..<K {
          var score = half[m * K + c]
          for t in 0..<dsub { score.addProduct(-centroids[(m * K + c) * dsub + t], x[i * d + m * dsub + t]) }
          if score < best { (best, number) = (score, c) }
        }
        let bit = m * shape.bits
        expected[i * size + bit / 8] |= UInt8(number << (bit % 8))
      }
    }
    let levels = onEveryLevel { () -> [UInt8] in
      var codes = [UInt8](repeating: 255, count: n * size)
      panels.withUnsafeBufferPointer { panels in
        half.withUnsafeBufferPointer { half in
          var quantizer = vm_quantizer(
            panels: panels.baseAddress, half: half.baseAddress, parts: UInt32(parts), dsub: UInt32(dsub),
            bits: UInt32(shape.bits))
          vm_encode(&quantizer, x, n, &codes)
        }
      }
      return codes
    }
    for (level, codes) in levels { #expect(codes == expected, "level \(level)") }
  }

  @Test(arguments: [(3000, 8), (2500, 4), (700, 3), (5000, 2)])
  func prunedTrainingIsTheSameOnEveryLevel(shape: (n: Int, d: Int)) {
    var random = SeededRandom(seed: kernelSeed("train \(shape)"))
    let x = random.floats(shape.n * shape.d)
    let levels = onEveryLevel { () -> [Float] in
      var centroids = Array(x.prefix(256 * shape.d))
      _ = vm_train_256(x, shape.n, shape.d, &centroids, 8, nil, nil)
      return centroids
    }
    for (level, centroids) in levels { #expect(centroids == levels[0].value, "level \(level)") }
  }

  /// Pruned iterations end where plain ones do, up to points halfway between centroids.
  @Test func pruningKeepsTheError() {
    var random = SeededRandom(seed: kernelSeed("pruning"))
    let (n, d) = (4000, 4)
    let x = random.floats(n * d)
    var pruned = Array(x.prefix(256 * d))
    var plain = pruned
    _ = vm_train_256(x, n, d, &pruned, 12, nil, nil)
    for _ in 0..<12 {
      var (sums, counts) = ([Double](repeating: 0, count: 256 * d), [Double](repeating: 0, count: 256))
      for i in 0..<n {
        let c = nearest(x[i * d..<(i + 1) * d], plain, d).number
        counts[c] += 1
        for t in 0..<d { sums[c * d + t] += Double(x[i * d + t]) }
      }
      for c in 0..<256 where counts[c] > 0 {
        for t in 0..<d { plain[c * d + t] = Float(sums[c * d + t] / counts[c]) }
      }
    }
    func error(_ centroids: [Float]) -> Float {
      (0..<n).reduce(0) { $0 + nearest(x[$1 * d..<($1 + 1) * d], centroids, d).squared }
    }
    #expect(abs(error(pruned) / error(plain) - 1) < 1e-3)
  }

  private func nearest(_ x: ArraySlice<Float>, _ centroids: [Float], _ d: Int) -> (number: Int, squared: Float) {
    var best = (number: 0, squared: Float.infinity)
    for c in 0..<256 {
      var sum: Float = 0
      for t in 0..<d {
        let gap = x[x.startIndex + t] - centroids[c * d + t]
        sum += gap * gap
      }
      if sum < best.squared { best = (c, sum) }
    }
    return best
  }
}
