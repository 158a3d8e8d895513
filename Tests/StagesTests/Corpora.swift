import Foundation
import Tensors

/// Vectors around seeded centres, so that quantizers have something to find.
func clustered(_ rows: Int, _ columns: Int, seed: UInt64, clusters: Int = 12) -> Matrix {
  var random = SeededRandom(seed: seed)
  func value() -> Float { Float(random.unit() + random.unit() + random.unit() - 1.5) }
  let centres = (0..<clusters * columns).map { _ in value() * 3 }
  var values: [Float] = []
  for _ in 0..<rows {
    let centre = random.below(clusters) * columns
    for column in 0..<columns { values.append(centres[centre + column] + value()) }
  }
  return Matrix(rows: rows, columns: columns, values: values)
}

extension Matrix {
  /// The bytes of a .fvecs file.
  var fvecs: [UInt8] {
    func little(_ value: UInt32) -> [UInt8] { (0..<4).map { UInt8(truncatingIfNeeded: value >> ($0 * 8)) } }
    return (0..<rows).flatMap { row in little(UInt32(columns)) + self[row: row].flatMap { little($0.bitPattern) } }
  }

  /// Nearest rows to a query, the first among equals, by double precision: a judge that shares no code with the engine.
  func nearest(to query: ArraySlice<Float>, k: Int, metric: String, leavingOut own: Int? = nil) -> [Int] {
    func dot(_ one: ArraySlice<Float>, _ other: ArraySlice<Float>) -> Double {
      zip(one, other).reduce(0) { $0 + Double($1.0) * Double($1.1) }
    }
    let scored = (0..<rows).filter { $0 != own }.map { row -> (Double, Int) in
      let vector = self[row: row]
      switch metric {
      case "l2": return (zip(vector, query).reduce(0) { $0 + pow(Double($1.0) - Double($1.1), 2) }, row)
      case "ip": return (-dot(vector, query), row)
      default: return (-dot(vector, query) / (dot(vector, vector) * dot(query, query)).squareRoot(), row)
      }
    }
    return scored.sorted { $0 < $1 }.prefix(k).map(\.1)
  }
}
