import Foundation
import IndexFormats
import SystemPackage
import Tensors
import TestSupport
import Testing

@Suite struct NumpyArchiveTests {
  let folder = try! TemporaryFolder()

  private var archive: NumpyArchive {
    var archive = NumpyArchive()
    archive.add("m", Samples.vectors(3, dimension: 4))
    archive.add("list", [1, -2.5, 3])
    archive.add("raw", [UInt8]([7, 8]))
    archive.add("none", [Float]())
    return archive
  }

  @Test func itReadsWhatItWrote() throws {
    let read = try NumpyArchive(parsing: archive.bytes, subject: "t.npz")
    #expect(read == archive)
    #expect(try read["m"].floats == Samples.vectors(3, dimension: 4).values)
    #expect(throws: IndexFormatError.self) { try read["absent"] }
    #expect(throws: IndexFormatError.self) { try read["raw"].floats }
  }

  @Test("a flipped or missing byte is found, or changes nothing that is read")
  func damage() throws {
    let bytes = archive.bytes
    for at in bytes.indices {
      var damaged = bytes
      damaged[at] ^= 0x10
      if let read = try? NumpyArchive(parsing: damaged, subject: "t") {
        #expect(read.arrays.map(\.data) == archive.arrays.map(\.data), "byte \(at)")
      }
      #expect(throws: IndexFormatError.self) { try NumpyArchive(parsing: Array(bytes[..<at]), subject: "t") }
    }
  }

  @Test func numpyAgrees() throws {
    guard let python = Peer.python(with: "numpy") else { return }
    let path = folder.path.appending("t.npz").string
    try Data(archive.bytes).write(to: URL(filePath: path))
    let script = """
      import numpy as np, sys, zipfile
      assert zipfile.ZipFile(sys.argv[1]).testzip() is None
      p = np.load(sys.argv[1], allow_pickle=False)
      print(p.files, p['m'].shape, p['m'].dtype, p['list'].tolist(), p['raw'].tolist(), p['none'].shape)
      np.savez(sys.argv[1] + '.again.npz', **{k: p[k] for k in p.files})
      np.savez_compressed(sys.argv[1] + '.small.npz', m=p['m'])
      """
    let result = try Peer.run(python, "-c", script, path)
    #expect(result.output == "['m', 'list', 'raw', 'none'] (3, 4) float32 [1.0, -2.5, 3.0] [7, 8] (0,)\n")
    let again = try NumpyArchive(parsing: try TemporaryFolder.bytes(FilePath(path + ".again.npz")), subject: "again")
    #expect(again.arrays.map(\.data) == archive.arrays.map(\.data))
    let error = #expect(throws: IndexFormatError.self) {
      try NumpyArchive(parsing: try TemporaryFolder.bytes(FilePath(path + ".small.npz")), subject: "small")
    }
    #expect(error?.reason.contains("compressed") == true)
  }
}
