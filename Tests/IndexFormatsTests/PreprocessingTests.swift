import Foundation
import IndexFormats
import SystemPackage
import Tensors
import TestSupport
import Testing

@Suite struct PreprocessingTests {
  static let chain = Preprocessing(steps: [
    .linear(
      name: "center", matrix: Matrix(rows: 3, columns: 3, values: [1, 0, 0, 0, 1, 0, 0, 0, 1]), bias: [-1, -2, -3]),
    .linear(name: "pca", matrix: Matrix(rows: 2, columns: 3, values: [1, 2, 3, 4, 5, 6]), bias: [0.5, 0]),
    .unitLength,
  ])

  @Test func itComesBackAsItWent() throws {
    for chain in [Self.chain, Preprocessing(steps: [])] {
      let bytes = chain.archive.bytes
      #expect(try Preprocessing(try NumpyArchive(parsing: bytes, subject: "p")) == chain)
    }
  }

  @Test func shapesMustFit() throws {
    var archive = NumpyArchive()
    archive.add("steps", Array("pca".utf8))
    archive.add("l2", [UInt8(0)])
    archive.add("A0", Matrix(rows: 2, columns: 2))
    archive.add("b0", [Float](repeating: 0, count: 3))
    #expect(throws: IndexFormatError.self) { try Preprocessing(archive) }
  }

  @Test("numpy applies it as its documentation says")
  func numpyApplies() throws {
    guard let python = Peer.python(with: "numpy") else { return }
    let folder = try TemporaryFolder()
    let path = folder.path.appending("p.npz").string
    try Data(Self.chain.archive.bytes).write(to: URL(filePath: path))
    let script = """
      import numpy as np, sys
      p = np.load(sys.argv[1])
      x = np.array([[2, 3, 4], [1, 2, 3]], 'f4')
      for i, l2 in enumerate(p['l2']):
          if l2:
              n = np.linalg.norm(x, axis=1, keepdims=True)
              x = np.divide(x, n, out=x, where=n > 0)
          else:
              x = x @ p[f'A{i}'].T + p[f'b{i}']
      print(bytes(p['steps']).decode().split(), x.shape, np.allclose(x[0], np.array([6.5, 15]) / np.hypot(6.5, 15)))
      """
    #expect(try Peer.run(python, "-c", script, path).output == "['center', 'pca', 'l2'] (2, 2) True\n")
  }
}
