import CKernels
import Tensors

extension VectorIndex {
  /// The k nearest positions to every query, by the stored codes: sorted, empty places last.
  func scan(_ queries: Matrix, k: Int, options: SearchOptions) -> [Hit] {
    let work = Work(queries: queries.rows, threads: options.threads, most: mostQueriesTogether)
    var hits = [vm_hit](
      repeating: vm_hit(distance: .infinity, id: .max), count: work.parts * queries.rows * k)
    hits.withUnsafeMutableBufferPointer { hits in
      nonisolated(unsafe) let hits = hits
      queries.withUnsafeBufferPointer { queries in
        nonisolated(unsafe) let queries = queries
        parallelFor(work.groups * work.parts, threads: options.threads) { unit in
          let (group, part) = (unit.lowerBound / work.parts, unit.lowerBound % work.parts)
          let range = work.queries(ofGroup: group)
          let heaps = hits.baseAddress! + (part * work.count + range.lowerBound) * k
          let x = queries.baseAddress! + range.lowerBound * trained.codedDimension
          let scan = Scan(
            index: self, x: x, count: range.count, k: k, heaps: heaps, options: options,
            part: part, parts: work.parts)
          scan.run()
        }
        for query in 0..<work.count {
          let heap = hits.baseAddress! + query * k
          for part in 1..<max(1, work.parts) {
            vm_hits_merge(heap, k, hits.baseAddress! + (part * work.count + query) * k)
          }
          vm_hits_sort(heap, k)
        }
      }
    }
    return hits[..<(queries.rows * k)].map { Hit(distance: $0.distance, label: $0.id) }
  }

  /// The quantizer that the store's codes belong to; nil for vectors stored as they are.
  var scanQuantizer: ProductQuantizer? {
    guard case .product(let quantizer, _) = trained.code else { return nil }
    return grouped?.quantizer ?? quantizer
  }

  /// Queries that are best searched together: many go over inverted lists of codes, list after list, as many as their tables
  /// have room in 16 MB.
  private var mostQueriesTogether: Int {
    guard case .codes = store, let coarse = trained.coarse, let quantizer = scanQuantizer else { return 16 }
    if coarse.byResidual, metric == .l2 { return 1024 }
    return max(16, min(1024, (16 << 20) / (quantizer.tableSize * 4 + quantizer.codeSize * 272)))
  }

  /// How a search is cut for threads: into groups of queries, and where these are too few, the store into parts.
  struct Work {
    let count: Int
    let size: Int
    let parts: Int

    init(queries: Int, threads: Int, most: Int) {
      count = queries
      let share = max(1, (queries + threads - 1) / max(1, threads))
      size = min(share, most)
      parts = queries > 0 && queries < threads ? (threads + queries - 1) / queries : 1
    }

    var groups: Int { (count + size - 1) / size }
    func queries(ofGroup group: Int) -> Range<Int> { group * size..<min(count, (group + 1) * size) }
  }

  /// The scan of one part of the store for one group of queries.
  struct Scan {
    let index: VectorIndex
    let x: UnsafePointer<Float>
    let count: Int
    let k: Int
    let heaps: UnsafeMutablePointer<vm_hit>
    let options: SearchOptions
    let part: Int
    let parts: Int

    var trained: TrainedQuantizer { index.trained }
    var product: Bool { index.metric != .l2 }

    func run() {
      if let coarse = trained.coarse { probe(coarse) } else { scanAll() }
    }
  }
}

extension VectorIndex.Scan {
  /// An index without lists: all queries of the group go over this part's blocks together.
  private func scanAll() {
    let blocks = (index.count + 63) / 64
    let own = blocks * part / parts..<blocks * (part + 1) / parts
    let places = own.lowerBound * 64..<min(index.count, own.upperBound * 64)
    guard !places.isEmpty else { return }
    withTables(x, queries: count) { tables in
      let bases = [Float](repeating: 0, count: count)
      scan(0, places, queries: count, x: x, tables: tables, bases: bases, heaps: heaps)
    }
  }

  /// An inverted file: every query goes over its own lists.
  private func probe(_ coarse: CoarseQuantizer) {
    let nprobe = max(1, min(options.nprobe ?? trained.nprobe, coarse.lists))
    let d = trained.codedDimension
    var near = [vm_hit](repeating: vm_hit(distance: 0, id: 0), count: nprobe * count)
    coarse.nearestLists(to: x, count: count, product: product, nprobe: nprobe, hits: &near)
    if case .codes(let blocks) = index.store, let quantizer = index.scanQuantizer, parts == 1, count > 1 {
      withLists(of: coarse, spans: index.spans, blocks: blocks, labels: index.labels, from: 0, quantizer) { lists in
        vm_scan_lists_batch(&lists, coarse.lists, x, count, near, nprobe, heaps, k)
      }
      if !product { for i in 0..<count * k { heaps[i].distance *= 2 } }
      return
    }
    for query in 0..<count {
      // Where centroids or the query are no numbers, fewer lists than asked for are near: the other hits are empty.
      let probes = stride(from: part, to: nprobe, by: parts).map { near[query * nprobe + $0] }.filter { $0.id < coarse.lists }
      let (own, heap) = (x + query * d, heaps + query * k)
      guard let quantizer = index.scanQuantizer else {
        for probe in probes {
          let list = Int(probe.id)
          scan(
            list, index.spans[list].start..<index.spans[list].start + index.spans[list].count,
            queries: 1, x: own, tables: nil, bases: [0], heaps: heap)
        }
        continue
      }
      if case .codes(let blocks) = index.store {
        scan(
          probes, of: coarse, from: 0, spans: index.spans, blocks: blocks, labels: index.labels, quantizer: quantizer, x: own,
          heap: heap)
      } else {
        for probe in probes { scanMapped(probe, of: coarse, quantizer: quantizer, x: own, heap: heap) }
      }
      if !product { for i in 0..<k { heap[i].distance *= 2 } }
    }
  }

  /// An inverted list of codes that is still in its file: packed, and scanned as the only one there is.
  private func scanMapped(
    _ probe: vm_hit, of coarse: CoarseQuantizer, quantizer: ProductQuantizer,
    x: UnsafePointer<Float>, heap: UnsafeMutablePointer<vm_hit>
  ) {
    let list = Int(probe.id)
    let span = index.spans[list]
    guard span.count > 0, case .codes(let blocks) = index.packed(list: list, 0..<span.count) else { return }
    // Its span begins where the packed blocks do; the filter and the centroid are those of its place.
    var spans = [VectorIndex.Span](repeating: VectorIndex.Span(start: 0, count: 0), count: list + 1)
    spans[list].count = span.count
    scan(
      [probe], of: coarse, from: span.start, spans: spans, blocks: blocks, labels: index.labels(ofList: list),
      quantizer: quantizer, x: x, heap: heap)
  }

  /// The inverted lists of codes that one query visits; blocks and labels begin at the place `start`.
  private func scan(
    _ probes: [vm_hit], of coarse: CoarseQuantizer, from start: Int, spans: [VectorIndex.Span],
    blocks: [UInt8], labels: [Int64]?, quantizer: ProductQuantizer, x: UnsafePointer<Float>,
    heap: UnsafeMutablePointer<vm_hit>
  ) {
    withLists(of: coarse, spans: spans, blocks: blocks, labels: labels, from: start, quantizer) { lists in
      vm_scan_lists(&lists, x, probes, probes.count, heap, k)
    }
  }

  /// Lends inverted lists of codes to a kernel.
  private func withLists(
    of coarse: CoarseQuantizer, spans: [VectorIndex.Span], blocks: [UInt8], labels: [Int64]?, from start: Int,
    _ quantizer: ProductQuantizer, body: (inout vm_lists) -> Void
  ) {
    withOptionalPointer(labels) { labels in
      withOptionalPointer(options.filter?.words) { words in
        blocks.withUnsafeBufferPointer { blocks in
          spans.withUnsafeBytes { spans in
            coarse.centroids.withUnsafeBufferPointer { centroids in
              quantizer.withKernel { kernel in
                let codes = vm_codes(
                  blocks: blocks.baseAddress, ids: labels,
                  allowed: words.map { $0 + start / 64 }, count: 0, first: 0,
                  size: UInt32(trained.codeSize), bits: UInt32(quantizer.bits))
                var lists = vm_lists(
                  codes: codes, spans: spans.assumingMemoryBound(to: vm_span.self).baseAddress,
                  centroids: centroids.baseAddress, quantizer: kernel,
                  largest_half: quantizer.largestHalfNorms, product: product ? 1 : 0,
                  by_residual: coarse.byResidual ? 1 : 0)
                body(&lists)
              }
            }
          }
        }
      }
    }
  }

  /// Lends the distance tables of some queries; nil for vectors stored as they are.
  private func withTables(
    _ x: UnsafePointer<Float>, queries: Int, body: (UnsafePointer<Float>?) -> Void
  ) {
    guard let quantizer = index.scanQuantizer else { return body(nil) }
    withUnsafeTemporaryAllocation(of: Float.self, capacity: queries * quantizer.tableSize) { tables in
      quantizer.writeTables(of: x, queries: queries, product: product, to: tables.baseAddress!)
      body(tables.baseAddress!)
    }
  }

  /// Offers the vectors of a list at some places, which start at a block, to the heaps of some queries.
  private func scan(
    _ list: Int, _ places: Range<Int>, queries: Int, x: UnsafePointer<Float>,
    tables: UnsafePointer<Float>?, bases: [Float], heaps: UnsafeMutablePointer<vm_hit>
  ) {
    guard !places.isEmpty else { return }
    guard case .mapped = index.store else {
      return scan(
        index.store, labels: index.labels, from: places.lowerBound, places, queries: queries, x: x, tables: tables,
        bases: bases, heaps: heaps)
    }
    let first = index.spans[list].start
    let labels = index.labels(ofList: list)
    for start in stride(from: places.lowerBound, to: places.upperBound, by: 4096) {
      let some = start..<min(places.upperBound, start + 4096)
      let store = index.packed(list: list, some.lowerBound - first..<some.upperBound - first)
      let own = labels.map { Array($0[some.lowerBound - first..<some.upperBound - first]) }
      scan(store, labels: own, from: 0, some, queries: queries, x: x, tables: tables, bases: bases, heaps: heaps)
    }
  }

  /// The same with a store and labels in which the first of the places is at `offset`.
  private func scan(
    _ store: VectorIndex.Store, labels: [Int64]?, from offset: Int, _ places: Range<Int>, queries: Int,
    x: UnsafePointer<Float>, tables: UnsafePointer<Float>?, bases: [Float],
    heaps: UnsafeMutablePointer<vm_hit>
  ) {
    withOptionalPointer(labels) { labels in
      withOptionalPointer(options.filter?.words) { words in
        let ids = labels.map { $0 + offset }
        let allowed = words.map { $0 + places.lowerBound / 64 }
        switch store {
        case .rows(let panels):
          panels.withUnsafeBufferPointer { panels in
            let d = trained.codedDimension
            var rows = vm_rows(
              panels: panels.baseAddress! + offset * d, ids: ids, allowed: allowed,
              count: places.count, first: Int64(places.lowerBound), d: d)
            vm_scan_rows(&rows, x, queries, product ? 1 : 0, heaps, k)
          }
        case .codes(let blocks):
          guard let quantizer = index.scanQuantizer else { return }
          blocks.withUnsafeBufferPointer { blocks in
            var codes = vm_codes(
              blocks: blocks.baseAddress! + offset * trained.codeSize, ids: ids,
              allowed: allowed, count: places.count, first: Int64(places.lowerBound),
              size: UInt32(trained.codeSize), bits: UInt32(quantizer.bits))
            vm_scan_codes(&codes, tables, bases, queries, heaps, k)
          }
        case .mapped: break  // packed before
        }
      }
    }
  }

  private func withOptionalPointer<T>(_ array: [T]?, _ body: (UnsafePointer<T>?) -> Void) {
    guard let array else { return body(nil) }
    array.withUnsafeBufferPointer { body($0.baseAddress) }
  }
}

extension CoarseQuantizer {
  /// The nearest lists to some queries, nearest first.
  func nearestLists(
    to x: UnsafePointer<Float>, count: Int, product: Bool, nprobe: Int, hits: inout [vm_hit]
  ) {
    let d = centroids.columns
    let bias: [Float]? = product ? nil : panels.halfNorms
    var distances = [Float](repeating: 0, count: min(count, 48) * lists)
    for first in stride(from: 0, to: count, by: 48) {
      let some = min(48, count - first)
      vm_scores(x + first * d, some, d, panels.values, bias, lists, d, &distances, lists)
      hits.withUnsafeMutableBufferPointer { hits in
        distances.withUnsafeBufferPointer { distances in
          for query in 0..<some {
            let heap = hits.baseAddress! + (first + query) * nprobe
            vm_hits_clear(heap, nprobe)
            vm_hits_offer(distances.baseAddress! + query * lists, lists, nil, 0, nil, heap, nprobe)
            vm_hits_sort(heap, nprobe)
          }
        }
      }
    }
  }
}
