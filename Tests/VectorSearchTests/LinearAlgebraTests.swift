import Tensors
import TestSupport
import Testing
import VectorSearch

@Suite struct LinearAlgebraTests {
  @Test(arguments: [1, 2, 3, 5, 16, 40, 97])
  func eigenvectorsReproduceTheMatrix(side: Int) throws {
    let seed = runSeed("eigen \(side)")
    var random = SeededRandom(seed: seed)
    var values = [Double](repeating: 0, count: side * side)
    for i in 0..<side {
      for j in 0...i {
        values[i * side + j] = random.unit() - 0.5
        values[j * side + i] = values[i * side + j]
      }
    }
    let (found, vectors) = try SquareMatrix(side: side, values: values).eigenvectors()
    #expect(found == found.sorted())
    var worst = 0.0
    for i in 0..<side {
      for j in 0..<side {
        var (sum, dot) = (0.0, 0.0)
        for k in 0..<side {
          sum += found[k] * vectors.values[k * side + i] * vectors.values[k * side + j]
          dot += vectors.values[i * side + k] * vectors.values[j * side + k]
        }
        worst = max(worst, abs(sum - values[i * side + j]), abs(dot - (i == j ? 1 : 0)))
      }
    }
    #expect(worst < 1e-12 * Double(side + 10))
  }

  @Test func degenerateMatricesConverge() throws {
    for values in [[Double](repeating: 0, count: 25), [Double](repeating: 1, count: 25)] {
      let (found, _) = try SquareMatrix(side: 5, values: values).eigenvectors()
      #expect(abs(found.reduce(0, +) - (values[0] * 5)) < 1e-12)
    }
  }

  @Test func principalComponentsOfAStretchedCloud() throws {
    var random = SeededRandom(seed: 3)
    var values: [Float] = []
    for _ in 0..<2000 {
      let (a, b) = (Float(random.unit() - 0.5) * 20, Float(random.unit() - 0.5))
      values += [a + 7, a + b, 3]
    }
    let sample = Matrix(rows: 2000, columns: 3, values: values)
    let components = try PrincipalComponents(of: sample, threads: 2)
    #expect(abs(components.axes[0, 0] - 0.7071) < 0.01 && abs(components.axes[0, 1] - 0.7071) < 0.01)
    #expect(components.eigenvalues[0] > components.eigenvalues[1])
    #expect(abs(components.eigenvalues[2]) < 1e-4)
    let map = try LinearTransform(components, dimensions: 2, whiten: true)
    let white = map.applied(to: sample, threads: 1)
    let covariance = try PrincipalComponents(of: white, threads: 1)
    #expect(covariance.eigenvalues.allSatisfy { abs($0 - 1) < 0.01 })
    #expect(white.columnMeans.allSatisfy { abs($0) < 1e-3 })
    #expect(try PrincipalComponents(of: sample, threads: 3) == components)
  }

  @Test func unitLengthLeavesZeros() {
    let unit = Matrix(rows: 2, columns: 2, values: [3, 4, 0, 0]).scaledToUnitLength()
    #expect(unit.values == [0.6, 0.8, 0, 0])
  }

  @Test func transformsMapRows() throws {
    let map = try LinearTransform(
      matrix: Matrix(rows: 1, columns: 2, values: [2, -1]), bias: [10])
    #expect(map.applied(to: Matrix(rows: 2, columns: 2, values: [1, 1, 5, 0]), threads: 1).values == [11, 20])
    let centre = try LinearTransform.centering(of: Matrix(rows: 2, columns: 1, values: [1, 3]))
    #expect(centre.applied(to: Matrix(rows: 1, columns: 1, values: [5]), threads: 1).values == [3])
  }
}
