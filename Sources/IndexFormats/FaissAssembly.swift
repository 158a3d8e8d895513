import Tensors
import VectorSearch

/// Turns the tree of a Faiss file into an index: collects what lies around the one index that holds the codes.
struct FaissAssembly {
  private let file: FileBytes
  /// Whether codes stay in the file.
  private let mapped: Bool
  private var transforms: [VectorTransform] = []
  private var rotation: LinearTransform?
  private var ids: Range<Int>?
  private var fine: (node: FaissNode, factor: Float)?
  private var leaf: FaissNode?

  init(_ file: FileBytes, mapped: Bool) {
    self.file = file
    self.mapped = mapped
  }

  mutating func take(_ node: FaissNode) throws {
    switch node {
    case .identified(let header, let range, let inner):
      guard ids == nil, fine == nil else {
        throw FaissError(offset: header.offset, "ids inside a refinement or other ids are not supported")
      }
      ids = range
      try take(inner)
    case .refined(let header, let base, let store, let factor):
      guard fine == nil, factor >= 1, factor <= 1_048_576 else {
        throw FaissError(offset: header.offset, "a refinement by \(factor), or inside another")
      }
      fine = (store, factor)
      try take(base)
    case .transformed(let header, let chain, let inner):
      if fine == nil {
        transforms += chain
      } else {
        guard chain.count == 1, case .linear(let map) = chain[0], rotation == nil else {
          throw FaissError(offset: header.offset, "under a refinement only one linear transform is supported")
        }
        rotation = map
      }
      try take(inner)
    case .flat, .product, .fastScan, .scalar, .inverted:
      leaf = node
    }
  }

  func index() throws -> VectorIndex {
    let leaf = leaf!
    let header = leaf.header
    var (transforms, rotation) = (transforms, rotation)
    if fine == nil, case .linear(let map) = transforms.last, map.bias == nil, map.principal == nil {
      rotation = map
      transforms.removeLast()
    }
    let metric = header.metric == .ip && transforms.last == .l2 ? Metric.cosine : header.metric
    let first = transforms.lazy.compactMap { if case .linear(let map) = $0 { map } else { nil } }.first
    let outer = first?.inputDimension ?? rotation?.inputDimension ?? header.dimension
    let (code, coarse, nprobe) = try parts(of: leaf)
    var trained = try TrainedQuantizer(
      dimension: outer, metric: metric, transforms: transforms, rotation: rotation, coarse: coarse,
      code: code, refinement: try refinement(header), nprobe: nprobe)
    if let fine { trained.refinementFactor = fine.factor }
    return try (mapped ? left(trained, leaf) : nil) ?? filled(trained, from: leaf)
  }

  private func parts(
    of leaf: FaissNode
  ) throws -> (TrainedQuantizer.Code, CoarseQuantizer?, nprobe: Int?) {
    switch leaf {
    case .flat: return (.flat, nil, nil)
    case .product(_, let quantizer, _): return (.product(quantizer, fastScan: false), nil, nil)
    case .fastScan(_, let quantizer, _, _): return (.product(quantizer, fastScan: true), nil, nil)
    case .inverted(_, let lists):
      let coarse = CoarseQuantizer(centroids: lists.centroids, byResidual: lists.byResidual)
      let code = lists.quantizer.map {
        TrainedQuantizer.Code.product($0, fastScan: lists.packedPairs != nil)
      }
      return (code ?? .flat, coarse, lists.nprobe)
    default:
      throw FaissError(offset: leaf.header.offset, "this index is supported only as a refinement")
    }
  }

  private func refinement(_ header: FaissHeader) throws -> TrainedQuantizer.Refinement? {
    guard let fine else { return nil }
    guard fine.node.header.count == header.count else {
      throw FaissError(offset: fine.node.header.offset, "the refinement holds another number of vectors")
    }
    switch fine.node {
    case .flat: return .flat
    case .scalar(_, let quantizer, _): return .scalar(quantizer)
    default:
      throw FaissError(offset: fine.node.header.offset, "a refinement must be flat or of 8-bit scalars")
    }
  }

  /// The index with its codes and labels left in the file.
  private func left(_ trained: TrainedQuantizer, _ leaf: FaissNode) throws -> VectorIndex? {
    var sizes = [leaf.header.count]
    let mapped: MappedVectors
    switch leaf {
    case .flat(_, let rows): mapped = MappedVectors(file, starts: [rows.lowerBound])
    case .product(_, _, let codes): mapped = MappedVectors(file, starts: [codes.lowerBound])
    case .fastScan(_, _, let packed, let pairs):
      mapped = MappedVectors(file, starts: [packed.lowerBound], packedPairs: pairs)
    case .inverted(let header, let lists):
      sizes = lists.lists.map(\.count)
      // Labels that are looked up by are all checked now; others are ids, and any number will do.
      if ids != nil || fine != nil { for list in lists.lists.indices { _ = try labels(lists, list, header) } }
      mapped = MappedVectors(
        file, starts: lists.lists.map(\.codes.lowerBound), labelStarts: lists.lists.map(\.ids.lowerBound),
        packedPairs: lists.packedPairs)
    default: return nil
    }
    var refinement = RefinementBytes.memory([])
    switch fine?.node {
    case .flat(_, let bytes), .scalar(_, _, let bytes): refinement = .mapped(file, bytes)
    default: break
    }
    return VectorIndex(
      trained, sizes: sizes, mapped: mapped, ids: ids.map { file.array(of: Int64.self, in: $0) }, refinement: refinement)
  }

  /// A list's labels; positions are checked where something is to be looked up by them.
  private func labels(_ lists: FaissLists, _ number: Int, _ header: FaissHeader) throws -> [Int64] {
    let range = lists.lists[number].ids
    let labels = file.array(of: Int64.self, in: range)
    if ids != nil || fine != nil, let wrong = labels.first(where: { $0 < 0 || $0 >= header.count }) {
      throw FaissError(offset: range.lowerBound, "list \(number) names vector \(wrong) of \(header.count)")
    }
    return labels
  }

  private func filled(_ trained: TrainedQuantizer, from leaf: FaissNode) throws -> VectorIndex {
    let count = leaf.header.count
    var sizes = [count]
    if case .inverted(_, let lists) = leaf { sizes = lists.lists.map(\.count) }
    var filling = IndexFilling(trained, sizes: sizes)
    switch leaf {
    case .flat(_, let rows): add(rows, of: count, to: &filling)
    case .product(_, _, let codes): add(codes, of: count, to: &filling)
    case .fastScan(_, _, let packed, let pairs): add(packed: packed, of: count, pairs: pairs, to: &filling)
    case .inverted(let header, let lists): try add(lists, header, to: &filling)
    default: break
    }
    if let ids { filling.ids = file.array(of: Int64.self, in: ids) }
    switch fine?.node {
    case .flat(_, let rows): filling.refinement = file.array(of: UInt8.self, in: rows)
    case .scalar(_, _, let codes): filling.refinement = file.array(of: UInt8.self, in: codes)
    default: break
    }
    return filling.finished()
  }

  /// Vectors that pass through memory at a time.
  private static let chunk = 1 << 16

  private func add(_ bytes: Range<Int>, of count: Int, to filling: inout IndexFilling) {
    let size = count == 0 ? 0 : bytes.count / count
    for start in stride(from: 0, to: count, by: Self.chunk) {
      let some = min(Self.chunk, count - start)
      let at = bytes.lowerBound + start * size
      filling.add(
        codes: file.array(of: UInt8.self, in: at..<at + some * size), count: some, labels: nil, toList: 0)
    }
  }

  private func add(packed: Range<Int>, of count: Int, pairs: Int, to filling: inout IndexFilling) {
    for start in stride(from: 0, to: count, by: Self.chunk) {
      let some = min(Self.chunk, count - start)
      let at = packed.lowerBound + start * pairs
      let bytes = file.array(of: UInt8.self, in: at..<at + (some + 31) / 32 * 32 * pairs)
      filling.add(
        codes: FaissPacking.unpacked(bytes, count: some, pairs: pairs), count: some, labels: nil, toList: 0)
    }
  }

  private func add(_ lists: FaissLists, _ header: FaissHeader, to filling: inout IndexFilling) throws {
    for (number, list) in lists.lists.enumerated() {
      let labels = try labels(lists, number, header)
      var codes = file.array(of: UInt8.self, in: list.codes)
      if let pairs = lists.packedPairs {
        codes = FaissPacking.unpacked(codes, count: list.count, pairs: pairs)
      }
      filling.add(codes: codes, count: list.count, labels: labels, toList: number)
    }
  }
}
