import CKernels
import Tensors
import Testing

/// Layouts of codes, and distances of refinements, against the plain way.
@Suite(.serialized) struct PackingTests {
  @Test(arguments: [(0, 4, 0), (1, 1, 0), (64, 16, 0), (130, 16, 16), (200, 17, 64), (77, 40, 3), (500, 8, 32), (48, 33, 16)])
  func codesGoIntoBlocksAndBack(shape: (n: Int, size: Int, first: Int)) {
    var random = SeededRandom(seed: kernelSeed("pack \(shape)"))
    let codes = random.bytes(shape.n * shape.size)
    var blocks = [UInt8](repeating: 255, count: vm_blocks_size(shape.n + shape.first, shape.size) + 64)
    var expected = blocks
    for i in 0..<shape.n {
      for m in 0..<shape.size {
        let vector = shape.first + i
        expected[(vector / 64 * shape.size + m) * 64 + vector % 64] = codes[i * shape.size + m]
      }
    }
    vm_pack_codes(codes, shape.n, shape.size, shape.first, &blocks)
    #expect(blocks == expected)
    var back = [UInt8](repeating: 0, count: codes.count)
    vm_unpack_codes(blocks, shape.first, shape.n, shape.size, &back)
    #expect(back == codes)
  }

  /// Faiss' layout: 32 vectors, then 16 bytes a sub-quantizer; vectors 0, 8, 1, 9, … in low halves, 16 more in high ones.
  @Test(arguments: [(1, 1), (32, 4), (33, 2), (100, 16), (64, 8)])
  func fastScanGoesIntoBlocks(shape: (n: Int, pairs: Int)) {
    var random = SeededRandom(seed: kernelSeed("fast scan \(shape)"))
    let codes = random.bytes(shape.n * shape.pairs)
    var packed = [UInt8](repeating: 0, count: (shape.n + 31) / 32 * 32 * shape.pairs)
    for i in 0..<shape.n {
      for part in 0..<2 * shape.pairs {
        let number = codes[i * shape.pairs + part / 2] >> UInt8(part % 2 * 4) & 15
        let lane = i % 16
        let byte = i / 32 * 32 * shape.pairs + part * 16 + (lane < 8 ? 2 * lane : 2 * (lane - 8) + 1)
        packed[byte] |= number << (i % 32 < 16 ? 0 : 4)
      }
    }
    var blocks = [UInt8](repeating: 0, count: vm_blocks_size(shape.n, shape.pairs))
    vm_pack_fast_scan(packed, shape.n, shape.pairs, &blocks)
    var back = [UInt8](repeating: 0, count: codes.count)
    vm_unpack_codes(blocks, 0, shape.n, shape.pairs, &back)
    #expect(back == codes)
  }

  @Test(arguments: [1, 3, 16, 31, 128, 1024], [Int32(0), 1])
  func refinementsAreExact(d: Int, product: Int32) {
    var random = SeededRandom(seed: kernelSeed("refine \(d) \(product)"))
    let (rows, bytes, x) = (random.floats(20 * d), random.bytes(20 * d), random.floats(d))
    let (minima, spans) = (random.floats(d), random.floats(d).map { abs($0) })
    let positions: [Int64] = [19, 0, 7, 7, 3]
    func expected(_ value: (Int, Int) -> Double) -> [Double] {
      positions.map { row in
        (0..<d).reduce(0) { sum, t in
          let (a, b) = (Double(x[t]), value(Int(row), t))
          return product == 1 ? sum - a * b : sum + (a - b) * (a - b)
        }
      }
    }
    let floats = expected { Double(rows[$0 * d + $1]) }
    let coded = expected { Double(minima[$1]) + Double(spans[$1]) * (Double(bytes[$0 * d + $1]) + 0.5) / 255 }
    let levels = onEveryLevel { () -> [Float] in
      var out = [Float](repeating: 0, count: 10)
      rows.withUnsafeBytes { rows in
        vm_refine_floats(x, rows.baseAddress!.assumingMemoryBound(to: UInt8.self), positions, 5, d, product, &out)
      }
      out.withUnsafeMutableBufferPointer {
        vm_refine_bytes(x, bytes, positions, 5, d, minima, spans, product, $0.baseAddress! + 5)
      }
      return out
    }
    for (level, found) in levels {
      #expect(found == levels[0].value, "level \(level)")
      for (one, other) in zip(found, floats + coded) { #expect(abs(Double(one) - other) <= 1e-5 * Double(d) * 16) }
    }
  }
}
