public import Tensors

extension VectorIndex {
  /// How unevenly the vectors lie in the lists: lists · Σ n² / (Σ n)², 1 where all are as long; nil without lists.
  ///
  /// The factor by which a search of one list reads more than a list's mean length (Faiss calls it the imbalance factor).
  public var listImbalance: Double? {
    guard trained.coarse != nil, count > 0 else { return nil }
    let squares = listSizes().reduce(0.0) { $0 + Double($1) * Double($1) }
    return Double(spans.count) * squares / (Double(count) * Double(count))
  }

  /// The squared distances between vectors of the index and what their codes stand for, in the space before the index's rotation.
  ///
  /// - Parameters:
  ///   - vectors: rows as they were added; transforms are applied here.
  ///   - ids: their ids.
  /// - Returns: nil for ids that the index does not hold.
  /// - Complexity: one pass over the ids.
  public func codingErrors(of vectors: Matrix, ids: [Int64], threads: Int) -> [Double?] {
    let stored = trained.transforms.applied(to: vectors, threads: threads)
    var rows: [Int64: [Int]] = [:]
    for (row, id) in ids.enumerated() where id >= 0 { rows[id, default: []].append(row) }
    var errors = [Double?](repeating: nil, count: ids.count)
    for list in spans.indices {
      forEachID(ofList: list) { place, id in
        guard let mine = rows[id] else { return }
        let coded = decoded(row: place, list: list)
        let decoded = trained.rotation.map { $0.undone(coded) } ?? coded
        for row in mine {
          errors[row] = zip(stored[row: row], decoded.values).reduce(0.0) {
            $0 + (Double($1.0) - Double($1.1)) * (Double($1.0) - Double($1.1))
          }
        }
      }
    }
    return errors
  }
}
