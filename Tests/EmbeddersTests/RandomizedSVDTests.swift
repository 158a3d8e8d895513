import CKernels
import Embedders
import Tensors
import Testing

@Suite(.serialized) struct RandomizedSVDTests {
  /// A random sparse matrix of `rank` different rows, each row repeated.
  private func matrix(rows: Int, columns: Int, rank: Int, seed: UInt64) -> SparseMatrix {
    var matrix = SparseMatrix(columns: columns)
    for row in 0..<rows {
      var random = SeededRandom(seed: seed + UInt64(row % rank))
      for column in random.sample(9, below: columns) {
        matrix.append(column: Int32(column), value: random.unit() * (row % rank < 3 ? 4 : 1))
      }
      matrix.endRow()
    }
    return matrix
  }

  private func dot(_ one: Int, _ other: Int, _ vectors: Matrix) -> Double {
    (0..<vectors.rows).reduce(0) { $0 + Double(vectors[$1, one]) * Double(vectors[$1, other]) }
  }

  @Test func vectorsAreOrthonormalAndHoldTheMatrix() async throws {
    let matrix = matrix(rows: 50, columns: 70, rank: 50, seed: 1)
    let result = try await RandomizedSVD(rank: 50, seed: 3, width: 2)(matrix)
    for one in 0..<50 {
      for other in 0...one {
        #expect(abs(dot(one, other, result.vectors) - (one == other ? 1 : 0)) < 1e-5)
      }
    }
    // The rank is full: the squares of all singular values are those of all entries.
    let squares = result.singularValues.reduce(0) { $0 + $1 * $1 }
    #expect(abs(squares / matrix.values.reduce(0) { $0 + $1 * $1 } - 1) < 1e-9)
    #expect(zip(result.singularValues, result.singularValues.dropFirst()).allSatisfy(>=))
  }

  @Test func aLowerRankLeavesZeros() async throws {
    let matrix = matrix(rows: 90, columns: 60, rank: 7, seed: 2)
    let result = try await RandomizedSVD(rank: 20, seed: 0, width: 3)(matrix)
    for vector in 0..<20 {
      #expect(abs(dot(vector, vector, result.vectors) - (vector < 7 ? 1 : 0)) < 1e-5, "vector \(vector)")
    }
    let wide = try await RandomizedSVD(rank: 100, seed: 0, width: 3)(matrix)
    #expect(wide.vectors.columns == 100 && wide.vectors.values.allSatisfy(\.isFinite))
  }

  @Test func aMatrixOfNothingGivesZeros() async throws {
    var empty = SparseMatrix(columns: 5)
    for _ in 0..<4 { empty.endRow() }
    let result = try await RandomizedSVD(rank: 3, seed: 0, width: 1)(empty)
    #expect(result.vectors == Matrix(rows: 5, columns: 3))
  }

  @Test func widthAndProcessorChangeNoBit() async throws {
    let matrix = matrix(rows: 1500, columns: 400, rank: 1400, seed: 4)
    let expected = try await RandomizedSVD(rank: 70, seed: 9, width: 1)(matrix)
    defer { vm_cpu_level_set(-1) }
    for level in [VM_CPU_BASELINE, VM_CPU_AVX2, VM_CPU_AVX512, VM_CPU_AVX512_VBMI] {
      vm_cpu_level_set(Int32(level))
      let result = try await RandomizedSVD(rank: 70, seed: 9, width: 4)(matrix)
      #expect(result.vectors == expected.vectors && result.singularValues == expected.singularValues)
    }
  }
}
