import Artifacts
import Foundation
import IndexFormats
import SystemPackage
import Tensors
import TestSupport
import Testing

@Suite struct ParquetWriterTests {
  let folder = try! TemporaryFolder()

  @Test("pyarrow and DuckDB read every type, with nulls, over several row groups")
  func peersAgree() throws {
    let rows = 1000
    let vectors = Samples.vectors(rows, dimension: 3)
    let parquet = try ParquetWriter("t.parquet", in: folder.path, columns: Self.columns, rowsPerGroup: 128)
    for start in stride(from: 0, to: rows, by: 300) {
      let range = start..<min(rows, start + 300)
      try parquet.append(Self.values(range) + [.vector(vectors[rows: range])])
    }
    let file = try parquet.finish()
    #expect(file.size == (try TemporaryFolder.bytes(folder.path.appending("t.parquet")).count))
    try Data(vectors.numpyBytes).write(to: URL(filePath: folder.path.appending("v.npy").string))
    guard let python = Peer.python(with: "pyarrow.parquet, duckdb, numpy"), let oracle = Peer.oracle("check_parquet.py")
    else { return }
    let check = try Peer.run(
      python, oracle, "--rows", "1000", "--columns", "i,j,d,b,s,oi,od,ob,os,none,all,v", "--vector", "v", "--same",
      folder.path.appending("v.npy").string, folder.path.appending("t.parquet").string)
    #expect(check.status == 0, "\(check.output)")
    #expect(check.output.contains(#""row_groups": 8"#), "\(check.output)")
    let sums = try Peer.run(
      python, "-c",
      """
      import pyarrow.parquet as q, sys
      t = q.read_table(sys.argv[1]).to_pydict()
      print(sum(t['i']), sum(t['j']), sum(t['d']), sum(t['b']), sum(map(len, t['s'])), sum(x or 0 for x in t['oi']),
            sum(x is None for x in t['oi']), sum(x is None for x in t['none']), sum(x is None for x in t['all']), t['os'][1])
      """, folder.path.appending("t.parquet").string)
    let oi = (0..<rows).filter { $0 % 3 != 0 }.reduce(0, +)
    #expect(
      sums.output
        == "\(499_500) \(-499_500) \(499_500 * 0.5) 500 \((0..<rows).reduce(0) { $0 + "s✓\($1)".count }) \(oi) 334 1000 0 ä1\n"
    )
  }

  private static let columns = [
    ParquetColumn("i", .int64), ParquetColumn("j", .int32), ParquetColumn("d", .double), ParquetColumn("b", .bool),
    ParquetColumn("s", .string), ParquetColumn("oi", .int64, optional: true),
    ParquetColumn("od", .double, optional: true),
    ParquetColumn("ob", .bool, optional: true), ParquetColumn("os", .string, optional: true),
    ParquetColumn("none", .int32, optional: true), ParquetColumn("all", .int32, optional: true),
    ParquetColumn("v", .vector(dimension: 3)),
  ]

  private static func values(_ range: Range<Int>) -> [ParquetValues] {
    [
      .int64(range.map { Int64($0) }), .int32(range.map { Int32(-$0) }), .double(range.map { Double($0) / 2 }),
      .bool(range.map { $0 % 2 == 1 }), .string(range.map { "s✓\($0)" }),
      .int64(range.map { $0 % 3 == 0 ? nil : Int64($0) }), .double(range.map { $0 % 4 == 0 ? nil : 0.25 }),
      .bool(range.map { $0 % 5 == 0 ? nil : $0 % 2 == 0 }), .string(range.map { $0 % 7 == 0 ? nil : "ä\($0)" }),
      .int32(range.map { _ in nil }), .int32(range.map { Int32($0) }),
    ]
  }

  @Test("lists of one value, wide rows and no rows at all", arguments: [(1, 20), (4096, 3), (2, 0)])
  func shapes(_ dimension: Int, _ rows: Int) throws {
    let vectors = Samples.vectors(rows, dimension: dimension)
    let parquet = try ParquetWriter(
      "t.parquet", in: folder.path, columns: [ParquetColumn("v", .vector(dimension: dimension))])
    if rows > 0 { try parquet.append([.vector(vectors)]) }
    _ = try parquet.finish()
    try Data(vectors.numpyBytes).write(to: URL(filePath: folder.path.appending("v.npy").string))
    guard rows > 0, let python = Peer.python(with: "pyarrow.parquet, duckdb, numpy"),
      let oracle = Peer.oracle("check_parquet.py")
    else { return }
    let check = try Peer.run(
      python, oracle, "--vector", "v", "--same", folder.path.appending("v.npy").string,
      folder.path.appending("t.parquet").string)
    #expect(check.status == 0, "\(check.output)")
  }

  @Test func valuesMustFitTheColumns() throws {
    let parquet = try ParquetWriter("t.parquet", in: folder.path, columns: [ParquetColumn("i", .int64)])
    #expect(throws: IndexFormatError.self) { try parquet.append([.int64([nil])]) }
    #expect(throws: IndexFormatError.self) { try parquet.append([.string(["x"])]) }
    #expect(throws: IndexFormatError.self) { try parquet.append([.int64([1]), .int64([1])]) }
  }
}
