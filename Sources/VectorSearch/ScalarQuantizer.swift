public import Tensors

/// One byte a value, between the smallest and largest value seen in each column.
public struct ScalarQuantizer: Sendable, Equatable {
  /// The smallest value of every column.
  public let minima: [Float]
  /// Largest minus smallest.
  public let spans: [Float]

  public init(minima: [Float], spans: [Float]) {
    self.minima = minima
    self.spans = spans
  }

  public init(training sample: Matrix) {
    var (low, high) = (
      [Float](repeating: .infinity, count: sample.columns),
      [Float](repeating: -.infinity, count: sample.columns)
    )
    for row in 0..<sample.rows {
      for (column, value) in sample[row: row].enumerated() {
        low[column] = min(low[column], value)
        high[column] = max(high[column], value)
      }
    }
    minima = low.map { $0.isFinite ? $0 : 0 }
    spans = zip(low, high).map { $1 > $0 ? $1 - $0 : 0 }
  }

  /// `columns` bytes a row; values beyond the trained range are held at its ends.
  public func encoded(_ vectors: Matrix) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(vectors.values.count)
    for row in 0..<vectors.rows {
      for (column, value) in vectors[row: row].enumerated() {
        let share = spans[column] > 0 ? (value - minima[column]) / spans[column] : 0
        bytes.append(UInt8(max(0, min(1, share)) * 255))
      }
    }
    return bytes
  }

  /// One value: the middle of its byte's interval.
  @inline(__always)
  func decoded(_ byte: UInt8, column: Int) -> Float {
    minima[column] + spans[column] * ((Float(byte) + 0.5) / 255)
  }
}
