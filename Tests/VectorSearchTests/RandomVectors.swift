import Foundation
import Tensors

/// Vectors around seeded centres, so that quantizers have something to find.
func clusteredVectors(_ rows: Int, _ columns: Int, seed: UInt64, clusters: Int = 20) -> Matrix {
  var random = SeededRandom(seed: seed)
  func value() -> Float { Float(random.unit() + random.unit() + random.unit() - 1.5) }
  let centres = (0..<clusters * columns).map { _ in value() * 4 }
  var values: [Float] = []
  for _ in 0..<rows {
    let centre = random.below(clusters) * columns
    for column in 0..<columns { values.append(centres[centre + column] + value()) }
  }
  return Matrix(rows: rows, columns: columns, values: values)
}
