import IndexFormats
import Tensors
public import VectorSearch

extension SearchResult {
  /// The ids as the bytes of a `.npy` file of shape (queries, k), `<i8`; -1 where there was no answer.
  public var idsFile: [UInt8] { NumpyFile.bytes(ids, shape: [queries, k]) }

  /// The distances as the bytes of a `.npy` file of shape (queries, k), `<f4`.
  public var distancesFile: [UInt8] { Matrix(rows: queries, columns: k, values: distances).numpyBytes }
}
