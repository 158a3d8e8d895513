import Foundation
import IndexFormats
import SystemPackage
import Tensors
import TestSupport
import Testing

@Suite struct VectorFilesTests {
  let folder = try! TemporaryFolder()
  let items = Samples.items(25)
  let vectors = Samples.vectors(25, dimension: 6)

  private func export(_ format: some IndexFormat, media: String = "image") throws -> [String: [UInt8]] {
    let schema = ExportSchema(rows: 25, dimension: 6, media: media, fields: try Samples.fieldSurvey(items))
    let writer = try format.begin(in: folder.path, schema: schema)
    try writer.append(ExportShard(items: items, vectors: vectors))
    _ = try writer.finish()
    return try TemporaryFolder.contents(of: folder.path)
  }

  @Test func fvecs() throws {
    let bytes = try #require(try export(RawVectors(.fvecs))["vectors.fvecs"])
    #expect(bytes.count == 25 * (4 + 24))
    #expect(bytes[28..<32].elementsEqual([6, 0, 0, 0]))
    #expect(floats(bytes[32..<56]).elementsEqual(vectors[row: 1]))
  }

  @Test func fbin() throws {
    let files = try export(RawVectors(.fbin))
    let bytes = try #require(files["vectors.fbin"])
    #expect(bytes[..<8].elementsEqual([25, 0, 0, 0, 6, 0, 0, 0]))
    #expect(floats(bytes[8...]) == vectors.values)
    #expect(files["ids.npy"] == NumpyHeader.bytes(of: items.map(\.id)))
  }

  @Test func ivecs() throws {
    #expect(
      IntegerVectors.bytes(of: [[1, -1], [7]]) == [2, 0, 0, 0, 1, 0, 0, 0, 255, 255, 255, 255, 1, 0, 0, 0, 7, 0, 0, 0])
  }

  @Test("clip-retrieval's folders, a new pair of files when one is full")
  func clipRetrieval() throws {
    let files = try export(ClipRetrievalFormat(rowsPerFile: 10))
    #expect(
      files.keys.sorted() == [
        "img_emb/img_emb_0.npy", "img_emb/img_emb_1.npy", "img_emb/img_emb_2.npy", "metadata/metadata_0.parquet",
        "metadata/metadata_1.parquet", "metadata/metadata_2.parquet",
      ])
    #expect(files["img_emb/img_emb_2.npy"] == vectors[rows: 20..<25].numpyBytes)
    guard let python = Peer.python(with: "pyarrow.parquet, numpy") else { return }
    let script = """
      import pyarrow.parquet as q, numpy as np, glob, sys
      t = q.read_table(sys.argv[1] + '/metadata/metadata_1.parquet').to_pydict()
      e = np.concatenate([np.load(f) for f in sorted(glob.glob(sys.argv[1] + '/img_emb/*.npy'))])
      print(e.shape, t['image_path'][0], t['caption'][2] is None, t['class'][2], t['field_width'][2], list(t)[-6:])
      """
    let output = try Peer.run(python, "-c", script, folder.path.string).output
    #expect(
      output
        == "(25, 6) a1.tar/bilder/größe 10.jpg True cat 12 ['text', 'class', 'label', 'public', 'field_width', 'score']\n"
        || output
          == "(25, 6) a1.tar/bilder/größe 10.jpg True cat 12 ['text', 'class', 'label', 'public', 'score', 'field_width']\n"
    )
  }

  @Test("NumPy maps what was exported")
  func numpyMaps() throws {
    _ = try export(ClipRetrievalFormat())
    _ = try export(RawVectors(.fbin))
    try Data(vectors.numpyBytes).write(to: URL(filePath: folder.path.appending("v.npy").string))
    guard let python = Peer.python(with: "numpy"), let oracle = Peer.oracle("check_npy.py") else { return }
    let file = folder.path.appending("img_emb/img_emb_0.npy").string
    let same = folder.path.appending("v.npy").string
    let check = try Peer.run(python, oracle, "--dtype", "<f4", "--shape", "25,6", "--mmap", "--same", same, file)
    #expect(check.status == 0, "\(check.output)")
    let ids = try Peer.run(python, oracle, "--dtype", "<i8", "--shape", "25", folder.path.appending("ids.npy").string)
    #expect(ids.status == 0, "\(ids.output)")
  }

  @Test func textHasItsOwnFolderName() throws {
    let files = try export(ClipRetrievalFormat(), media: "text")
    #expect(files.keys.sorted() == ["metadata/metadata_0.parquet", "text_emb/text_emb_0.npy"])
  }

  @Test("pyarrow and DuckDB agree on items.parquet")
  func parquet() throws {
    _ = try export(ParquetFormat())
    try Data(vectors.numpyBytes).write(to: URL(filePath: folder.path.appending("v.npy").string))
    guard let python = Peer.python(with: "pyarrow.parquet, duckdb, numpy"), let oracle = Peer.oracle("check_parquet.py")
    else { return }
    let check = try Peer.run(
      python, oracle, "--rows", "25", "--vector", "vector", "--same", folder.path.appending("v.npy").string,
      folder.path.appending("items.parquet").string)
    #expect(check.status == 0, "\(check.output)")
  }

  private func floats(_ bytes: ArraySlice<UInt8>) -> [Float] {
    let bytes = Array(bytes)
    return stride(from: 0, to: bytes.count, by: 4).map { at in
      Float(bitPattern: (0..<4).reduce(0) { $0 | UInt32(bytes[at + $1]) << (8 * UInt32($1)) })
    }
  }
}
