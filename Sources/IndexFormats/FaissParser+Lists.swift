import Tensors
import VectorSearch

extension FaissParser {
  mutating func inverted(_ tag: String, _ header: FaissHeader) throws -> FaissNode {
    let nlist = try cursor.number(UInt64.self, "the number of lists", in: 1...1 << 24)
    let nprobe = try cursor.number(UInt64.self, "nprobe", in: 0...1 << 24)
    guard case .flat(let coarse, let rows) = try node(), coarse.count == nlist,
      coarse.dimension == header.dimension
    else { throw cursor.error("the coarse quantizer is not a flat index of \(nlist) vectors") }
    guard try cursor.read(UInt8.self) == 0 else { throw cursor.error("a direct map is not supported") }
    _ = try cursor.vector("direct map entries", of: 8, expected: 0)
    let centroids = Matrix(
      rows: nlist, columns: header.dimension, values: cursor.file.array(of: Float.self, in: rows))
    guard centroids.firstRowNotFinite == nil else { throw cursor.error("a coarse centroid is not finite") }
    var lists = FaissLists(nprobe: max(1, nprobe), centroids: centroids)
    switch tag {
    case "IwFl":
      try arrays(&lists, codeSize: header.dimension * 4)
    case "IwPQ":
      lists.byResidual = try cursor.bool("by_residual")
      let size = try cursor.number(UInt64.self, "the code size", in: 1...1 << 20)
      let quantizer = try quantizer(header)
      guard quantizer.codeSize == size else { throw cursor.error("a code size of \(size) bytes") }
      lists.quantizer = quantizer
      try arrays(&lists, codeSize: size)
    default:
      try packed(&lists, header)
    }
    let total = lists.lists.reduce(0) { $0 + $1.count }
    guard total == header.count else {
      throw cursor.error("the lists hold \(total) vectors, the header says \(header.count)")
    }
    return .inverted(header, lists)
  }

  private mutating func packed(_ lists: inout FaissLists, _ header: FaissHeader) throws {
    lists.byResidual = try cursor.bool("by_residual")
    _ = try cursor.skip(8)
    _ = try cursor.number(Int32.self, "the block size", in: 32...32)
    let even = try cursor.number(UInt64.self, "the padded number of parts", in: 2...1 << 20)
    _ = try cursor.skip(12)
    let quantizer = try quantizer(header)
    guard quantizer.bits == 4, even == (quantizer.parts + 1) / 2 * 2 else {
      throw cursor.error("\(even) padded parts for \(quantizer.parts)")
    }
    lists.quantizer = quantizer
    lists.packedPairs = even / 2
    try expect("ilbl")
    let count = lists.centroids.rows
    _ = try cursor.number(UInt64.self, "the number of lists", in: count...count)
    _ = try cursor.skip(8)
    _ = try cursor.number(UInt64.self, "vectors a block", in: 32...32)
    _ = try cursor.number(UInt64.self, "bytes a block", in: even * 16...even * 16)
    for _ in 0..<count {
      let ids = try cursor.vector("ids", of: 8)
      let own = ids.count / 8
      let codes = try cursor.vector("packed bytes", of: 1, expected: (own + 31) / 32 * even * 16)
      lists.lists.append(.init(count: own, codes: codes, ids: ids))
    }
  }

  private mutating func arrays(_ lists: inout FaissLists, codeSize: Int) throws {
    let nlist = lists.centroids.rows
    try expect("ilar")
    _ = try cursor.number(UInt64.self, "the number of lists", in: nlist...nlist)
    _ = try cursor.number(UInt64.self, "the lists' code size", in: codeSize...codeSize)
    for size in try sizes(nlist) {
      let codes = try cursor.skip(size, of: codeSize)
      lists.lists.append(.init(count: size, codes: codes, ids: try cursor.skip(size, of: 8)))
    }
  }

  private mutating func sizes(_ nlist: Int) throws -> [Int] {
    let most = cursor.file.count
    switch try cursor.tag() {
    case "full":
      let range = try cursor.vector("list sizes", of: 8, expected: nlist)
      let sizes = cursor.file.array(of: UInt64.self, in: range)
      guard sizes.allSatisfy({ $0 <= most }) else { throw cursor.error("a list is larger than the file") }
      return sizes.map { Int($0) }
    case "sprs":
      var sizes = [Int](repeating: 0, count: nlist)
      let range = try cursor.vector("list numbers and sizes", of: 8)
      let pairs = cursor.file.array(of: UInt64.self, in: range)
      for i in stride(from: 0, to: pairs.count - pairs.count % 2, by: 2) {
        guard pairs[i] < nlist, pairs[i + 1] <= most else { throw cursor.error("list \(pairs[i]) is impossible") }
        sizes[Int(pairs[i])] = Int(pairs[i + 1])
      }
      return sizes
    default:
      throw cursor.error("list sizes of an unknown kind")
    }
  }

  private mutating func expect(_ tag: String) throws {
    let found = try cursor.tag()
    guard found == tag else {
      throw cursor.error("inverted lists \"\(Self.printable(found))\" are not supported, \"\(tag)\" are")
    }
  }
}
