import CKernels
import Tensors
import Testing

/// Scans of codes and rows on every level against a sort of all distances.
@Suite(.serialized) struct ScanTests {
  struct Shape: CustomStringConvertible {
    var n: Int, size: Int, bits: Int, queries: Int, k: Int
    var few = false, filtered = 0.0, labelled = false
    var description: String { "n \(n) size \(size) bits \(bits) queries \(queries) k \(k) few \(few) \(filtered)" }
  }

  static let shapes = [
    Shape(n: 0, size: 2, bits: 8, queries: 1, k: 3), Shape(n: 1, size: 1, bits: 8, queries: 1, k: 1),
    Shape(n: 63, size: 3, bits: 8, queries: 2, k: 100), Shape(n: 64, size: 4, bits: 4, queries: 3, k: 10),
    Shape(n: 5000, size: 16, bits: 8, queries: 3, k: 10), Shape(n: 5000, size: 16, bits: 4, queries: 5, k: 10),
    Shape(n: 9000, size: 7, bits: 8, queries: 2, k: 1000), Shape(n: 9000, size: 5, bits: 4, queries: 1, k: 1),
    Shape(n: 7001, size: 8, bits: 8, queries: 2, k: 20, few: true),
    Shape(n: 7001, size: 3, bits: 4, queries: 1, k: 20, few: true),
    Shape(n: 6000, size: 8, bits: 8, queries: 2, k: 10, filtered: 0.5),
    Shape(n: 6000, size: 8, bits: 8, queries: 2, k: 10, filtered: 0.99, labelled: true),
    Shape(n: 8000, size: 64, bits: 8, queries: 1, k: 5, labelled: true),
  ]

  @Test(arguments: shapes, [0, 1, 2])
  func findsTheNearestCodes(shape: Shape, kind: Int) {
    var random = SeededRandom(seed: kernelSeed("scan \(shape) \(kind)"))
    let (n, size, k) = (shape.n, shape.size, shape.k)
    var rows = random.bytes(n * size)
    if shape.few { for i in rows.indices { rows[i] = [3, 18][Int(rows[i]) % 2] } }
    var blocks = [UInt8](repeating: 0, count: vm_blocks_size(n, size))
    vm_pack_codes(rows, n, size, 0, &blocks)
    let each = shape.bits == 8 ? size * 256 : size * 32
    // Squared distances, negated products, and distances far from zero, where floats are coarse.
    let tables = random.floats(shape.queries * each).map { kind == 0 ? $0 * $0 : kind == 1 ? $0 : $0 + 1000 }
    let bases = random.floats(shape.queries)
    let labels = (0..<n).map { Int64(($0 * 7919) % max(1, n) + 50) }
    let allowed = (0..<(n + 63) / 64).map { _ -> UInt64 in
      (0..<64).reduce(0) { $0 | (random.unit() < shape.filtered ? 0 : 1 << UInt64($1)) }
    }
    let filtered = shape.filtered > 0
    let expected = (0..<shape.queries).flatMap { q -> [vm_hit] in
      var hits: [vm_hit] = []
      for i in 0..<n where !filtered || allowed[i / 64] >> UInt64(i % 64) & 1 == 1 {
        var sums: [Float] = [0, 0]
        for m in 0..<size {
          let code = Int(rows[i * size + m])
          sums[m % 2] +=
            shape.bits == 8
            ? tables[q * each + m * 256 + code]
            : tables[q * each + m * 32 + code % 16] + tables[q * each + m * 32 + 16 + code / 16]
        }
        hits.append(
          vm_hit(distance: bases[q] + (sums[0] + sums[1]), id: shape.labelled ? labels[i] : Int64(i) + 5))
      }
      hits.sort { ($0.distance, $0.id) < ($1.distance, $1.id) }
      let empty = vm_hit(distance: .infinity, id: .max)
      return (0..<k).map { $0 < hits.count ? hits[$0] : empty }
    }
    let levels = onEveryLevel { () -> [vm_hit] in
      var heaps = [vm_hit](repeating: vm_hit(distance: .infinity, id: .max), count: shape.queries * k)
      blocks.withUnsafeBufferPointer { blocks in
        labels.withUnsafeBufferPointer { labels in
          allowed.withUnsafeBufferPointer { allowed in
            var codes = vm_codes(
              blocks: blocks.baseAddress, ids: shape.labelled ? labels.baseAddress : nil,
              allowed: filtered ? allowed.baseAddress : nil, count: n, first: 5, size: UInt32(size),
              bits: UInt32(shape.bits))
            vm_scan_codes(&codes, tables, bases, shape.queries, &heaps, k)
          }
        }
      }
      heaps.withUnsafeMutableBufferPointer { heaps in
        for q in 0..<shape.queries { vm_hits_sort(heaps.baseAddress! + q * k, k) }
      }
      return heaps
    }
    for (level, found) in levels {
      #expect(found.map(\.id) == expected.map(\.id), "level \(level)")
      #expect(found.map(\.distance) == expected.map(\.distance), "level \(level)")
    }
  }

  @Test(arguments: [(0, 3, 1, 5), (1, 1, 1, 1), (300, 20, 3, 7), (1000, 129, 50, 1), (257, 8, 100, 300)])
  func findsTheNearestRows(shape: (n: Int, d: Int, queries: Int, k: Int)) {
    var random = SeededRandom(seed: kernelSeed("rows \(shape)"))
    let (n, d, k) = (shape.n, shape.d, shape.k)
    let rows = random.floats(n * d)
    let x = random.floats(shape.queries * d)
    var panels = [Float](repeating: 0, count: (n + 63) / 64 * 64 * d)
    vm_pack_panels(rows, n, d, d, 0, &panels)
    for product in [false, true] {
      let expected = (0..<shape.queries).map { q -> [Int64] in
        let hits = (0..<n).map { i -> (Float, Int64) in
          var sum: Float = 0
          for t in 0..<d {
            let (a, b) = (x[q * d + t], rows[i * d + t])
            product ? sum.addProduct(-b, a) : sum.addProduct(a - b, a - b)
          }
          return (sum, Int64(i))
        }.sorted { $0 < $1 }
        return (0..<k).map { $0 < n ? hits[$0].1 : .max }
      }
      for (level, found) in onEveryLevel({ () -> [vm_hit] in
        var heaps = [vm_hit](repeating: vm_hit(distance: .infinity, id: .max), count: shape.queries * k)
        panels.withUnsafeBufferPointer { panels in
          var source = vm_rows(panels: panels.baseAddress, ids: nil, allowed: nil, count: n, first: 0, d: d)
          vm_scan_rows(&source, x, shape.queries, product ? 1 : 0, &heaps, k)
        }
        heaps.withUnsafeMutableBufferPointer { heaps in
          for q in 0..<shape.queries { vm_hits_sort(heaps.baseAddress! + q * k, k) }
        }
        return heaps
      }) {
        #expect(found.map(\.id) == expected.flatMap { $0 }, "level \(level) product \(product)")
      }
    }
  }
}
