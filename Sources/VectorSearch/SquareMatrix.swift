/// A square matrix of doubles, row-major, for the linear algebra of training.
package struct SquareMatrix: Sendable, Equatable {
  package let side: Int
  package var values: [Double]

  package init(side: Int, values: [Double]) {
    precondition(values.count == side * side, "a square matrix has side * side values")
    self.side = side
    self.values = values
  }

  package subscript(row row: Int) -> [Double] { Array(values[row * side..<(row + 1) * side]) }
}
