internal import Tensors

/// A random projection of sparse signs, made anew from the seed wherever it is needed: nothing is fitted or stored.
///
/// The dimensions are cut into blocks, and a column has one sign in each block: Kane and Nelson, "Sparser
/// Johnson–Lindenstrauss transforms", 2014, the block construction.
struct SparseSigns: Sendable {
  let dimensions: Int
  let seed: UInt64
  private let blocks: [Range<Int>]
  private let scale: Double

  /// Signs a column. 16 keep as much of a cosine as dense signs do.
  static let signsPerColumn = 16

  init(dimensions: Int, seed: UInt64) {
    self.dimensions = dimensions
    self.seed = seed
    let count = min(Self.signsPerColumn, dimensions)
    blocks = (0..<count).map { $0 * dimensions / count..<($0 + 1) * dimensions / count }
    scale = 1 / Double(count).squareRoot()
  }

  /// One row of `dimensions` values for each row of the matrix.
  func project(_ matrix: SparseMatrix) -> Matrix {
    var values: [Float] = []
    values.reserveCapacity(matrix.rows * dimensions)
    var sum = [Double](repeating: 0, count: dimensions)
    for row in 0..<matrix.rows {
      for place in sum.indices { sum[place] = 0 }
      for entry in matrix.entries(ofRow: row) {
        add(matrix.values[entry] * scale, column: matrix.columnIndices[entry], to: &sum)
      }
      for value in sum { values.append(Float(value)) }
    }
    return Matrix(rows: matrix.rows, columns: dimensions, values: values)
  }

  private func add(_ value: Double, column: Int32, to sum: inout [Double]) {
    let columnSeed = seed ^ (UInt64(UInt32(bitPattern: column)) &* 0xD6E8_FEB8_6659_FD93)
    for (number, block) in blocks.enumerated() {
      let bits = Self.mixed(columnSeed &+ UInt64(number + 1) &* 0x9E37_79B9_7F4A_7C15)
      let place = block.lowerBound + Int(((bits >> 32) &* UInt64(block.count)) >> 32)
      sum[place] += bits & 1 == 0 ? value : -value
    }
  }

  /// SplitMix64's finisher (Steele, Lea, Flood, 2014).
  private static func mixed(_ state: UInt64) -> UInt64 {
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}
