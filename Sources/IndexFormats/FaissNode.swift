import Tensors
import VectorSearch

/// A Faiss index file as a tree, its bulk still in the file: ranges of bytes.
indirect enum FaissNode {
  case flat(FaissHeader, rows: Range<Int>)
  case product(FaissHeader, ProductQuantizer, codes: Range<Int>)
  /// `pairs`: bytes of a code in the packed layout.
  case fastScan(FaissHeader, ProductQuantizer, packed: Range<Int>, pairs: Int)
  case scalar(FaissHeader, ScalarQuantizer, codes: Range<Int>)
  case inverted(FaissHeader, FaissLists)
  case transformed(FaissHeader, [VectorTransform], inner: FaissNode)
  case identified(FaissHeader, ids: Range<Int>, inner: FaissNode)
  case refined(FaissHeader, base: FaissNode, fine: FaissNode, factor: Float)

  var header: FaissHeader {
    switch self {
    case .flat(let header, _), .product(let header, _, _), .fastScan(let header, _, _, _),
      .scalar(let header, _, _), .inverted(let header, _), .transformed(let header, _, _),
      .identified(let header, _, _), .refined(let header, _, _, _):
      header
    }
  }
}

/// What nearly all index tags begin with.
struct FaissHeader {
  var dimension: Int
  var count: Int
  var metric: Metric
  /// Where the index's tag is, for errors.
  var offset: Int
}

/// The inverted lists of an index, with what is needed to make sense of them.
struct FaissLists {
  struct List {
    var count: Int
    var codes: Range<Int>
    var ids: Range<Int>
  }

  var nprobe: Int
  var centroids: Matrix
  var byResidual = false
  /// nil if vectors are stored as they are.
  var quantizer: ProductQuantizer?
  /// Bytes of a code in the packed layout; nil if codes lie one after the other.
  var packedPairs: Int?
  var lists: [List] = []
}
