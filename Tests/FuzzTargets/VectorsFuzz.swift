import IndexFormats
import Media
import Tensors

/// Files of vectors, of ids beside them, and archives of arrays; the first byte says which.
enum VectorsFuzz {
  private static let names = ["a.npy", "a.fvecs", "a.fbin", "a.bvecs", "a.u8bin"]

  static func run(_ bytes: [UInt8], in scratch: FuzzFolder) throws {
    guard let first = bytes.first else { return }
    let bytes = Array(bytes.dropFirst())
    switch first % 8 {
    case 0..<5: try read(scratch.write(names[Int(first % 8)], bytes), ids: nil)
    case 5:
      let ids = try scratch.write("a.ids.npy", bytes)
      try read(scratch.write("a.npy", Matrix(rows: 3, columns: 2, values: [1, 2, 3, 4, 5, 6]).numpyBytes), ids: ids)
    case 6: archive(bytes)
    default:
      _ = try? Matrix(numpyBytes: bytes)
      _ = try? NumpyHeader.integers(in: bytes)
    }
  }

  private static func read(_ path: String, ids: String?) throws {
    guard let file = try? VectorFile(path: path, archive: "a", ids: ids) else { return }
    // A header may promise rows without columns, any number of them.
    guard file.rows <= 1 << 16 else { return }
    let stream = VectorStream(file, archive: "a", options: ArchiveFuzz.options(.image))
    while let shard = try? stream.nextShard() {
      require(shard.vectors.rows == shard.shard.records.count, "every record has its vector")
      require(shard.vectors.columns == file.columns, "every vector is as long as the file says")
    }
  }

  private static func archive(_ bytes: [UInt8]) {
    guard let archive = try? NumpyArchive(parsing: bytes, subject: "a.npz") else { return }
    _ = try? Preprocessing(archive)
    require((try? NumpyArchive(parsing: archive.bytes, subject: "again")) != nil, "what was read can be written")
  }

  static func examples() -> [[UInt8]] {
    let values: [Float] = [1, 2, 3, -4, 5.5, 6]
    let matrix = Matrix(rows: 2, columns: 3, values: values).numpyBytes
    let data = Array(matrix.suffix(24))
    let rows = (0..<2).flatMap { [3, 0, 0, 0] + data[$0 * 12..<$0 * 12 + 12] }
    var archive = NumpyArchive()
    archive.add("mean", [Float]([1, 2, 3]))
    let files = [
      (0, matrix), (1, rows), (2, [2, 0, 0, 0, 3, 0, 0, 0] + data), (3, [3, 0, 0, 0, 1, 2, 3]),
      (4, [1, 0, 0, 0, 3, 0, 0, 0, 1, 2, 3]), (5, NumpyHeader.bytes(of: [7, 8, 9])), (6, archive.bytes), (7, matrix),
      (7, NumpyHeader.bytes(of: [7, 8, 9])),
    ]
    let preprocessing = (try? FuzzFixtures.bytes("Tests/IndexFormatsTests/Golden/v1/preprocessing.npz")).map { [6] + $0 }
    return files.map { [UInt8($0)] + $1 } + (preprocessing.map { [$0] } ?? [])
  }
}
