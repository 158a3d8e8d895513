import CKernels
import Tensors
import Testing

/// The product kernels against chains of fused multiply-adds written out: the same bits on every level.
@Suite(.serialized) struct PanelTests {
  static let shapes = [
    (n: 0, rows: 3, d: 4), (1, 1, 1), (2, 17, 3), (7, 16, 8), (9, 33, 16), (13, 100, 31), (100, 256, 8), (5, 50, 257),
    (3, 20, 1024),
  ]

  struct Case {
    let x: [Float], rows: [Float], bias: [Float], panels: [Float], n: Int, count: Int, d: Int

    init(_ shape: (n: Int, rows: Int, d: Int), random: inout SeededRandom) {
      (n, count, d) = shape
      x = random.floats(n * d)
      rows = random.floats(count * d)
      bias = random.floats(count) + [Float](repeating: .infinity, count: (16 - count % 16) % 16)
      var packed = [Float](repeating: 0, count: vm_panels_size(count, d))
      vm_pack_panels(rows, count, d, d, 0, &packed)
      panels = packed
    }

    func score(_ i: Int, _ j: Int) -> Float {
      var sum = bias[j]
      for t in 0..<d { sum.addProduct(-rows[j * d + t], x[i * d + t]) }
      return sum
    }

    func squared(_ i: Int, _ j: Int) -> Float {
      var sum: Float = 0
      for t in 0..<d {
        let gap = x[i * d + t] - rows[j * d + t]
        sum.addProduct(gap, gap)
      }
      return sum
    }

    func table(_ value: (Int, Int) -> Float) -> [Float] {
      (0..<n).flatMap { i in (0..<count).map { value(i, $0) } }
    }
  }

  @Test(arguments: shapes)
  func productsAreChains(shape: (n: Int, rows: Int, d: Int)) {
    var random = SeededRandom(seed: kernelSeed("products \(shape)"))
    let given = Case(shape, random: &random)
    let (scores, squares) = (given.table(given.score), given.table(given.squared))
    let levels = onEveryLevel { () -> Bool in
      var out = [Float](repeating: -1, count: given.n * given.count)
      vm_scores(
        given.x, given.n, given.d, given.panels, given.bias, given.count, given.d, &out, given.count)
      let same = out == scores
      vm_squared(given.x, given.n, given.d, given.panels, given.count, given.d, &out, given.count)
      return same && out == squares
    }
    for (level, same) in levels { #expect(same, "level \(level)") }
  }

  @Test(arguments: shapes)
  func nearestIsTheFirstLeast(shape: (n: Int, rows: Int, d: Int)) {
    var random = SeededRandom(seed: kernelSeed("nearest \(shape)"))
    let given = Case(shape, random: &random)
    let expected = (0..<given.n).map { i -> UInt32 in
      let scores = (0..<given.count).map { given.score(i, $0) }
      return UInt32(scores.firstIndex(of: scores.min()!)!)
    }
    let levels = onEveryLevel { () -> [UInt32] in
      var found = [UInt32](repeating: 9, count: given.n)
      vm_nearest(given.x, given.n, given.d, given.panels, given.bias, given.count, given.d, &found, nil)
      return found
    }
    for (level, found) in levels { #expect(found == expected, "level \(level)") }
  }

  @Test func tiesGoToTheLowestNumber() {
    let rows = [Float](repeating: 1, count: 40 * 3)
    var panels = [Float](repeating: 0, count: vm_panels_size(40, 3))
    vm_pack_panels(rows, 40, 3, 3, 0, &panels)
    let bias = (0..<48).map { $0 < 40 ? Float($0 < 5 ? 1 : 0) : .infinity }
    for (level, found) in onEveryLevel({ () -> UInt32 in
      var index: UInt32 = 0
      vm_nearest([1, 2, 3], 1, 3, panels, bias, 40, 3, &index, nil)
      return index
    }) { #expect(found == 5, "level \(level)") }
  }

  @Test func packingGoesBothWays() {
    var random = SeededRandom(seed: 3)
    let rows = random.floats(37 * 5)
    var panels = [Float](repeating: 0, count: vm_panels_size(40, 5))
    vm_pack_panels(rows, 37, 5, 5, 3, &panels)
    var back = [Float](repeating: 0, count: 37 * 5)
    vm_unpack_panels(panels, 3, 37, 5, &back)
    #expect(back == rows)
  }
}
