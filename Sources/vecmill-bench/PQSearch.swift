import ArgumentParser
import Foundation
import IndexFormats
import Tensors
import VectorSearch

/// Searches an index file, whoever wrote it: for the checks against Faiss.
struct PQSearch: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "pq-search", abstract: "Search a Faiss index file; ids and distances as .npy.")

  @Option(help: "The index file.") var index: String
  @Option(help: "Queries, .npy.") var queries: String
  @Option(name: .customShort("k"), help: "Answers a query.") var k = 10
  @Option(help: "Lists to visit.") var nprobe: Int?
  @Option(help: "Threads.") var threads = 4
  @Option(help: "Ids, flat, .npy.") var ids: String
  @Option(help: "Distances, .npy.") var distances: String
  @Option(help: "The index written again, to compare bytes.") var rewrite: String?

  func run() throws {
    let index = try FaissReader.index(path: index)
    let found = try index.search(
      PQVectors.matrix(queries), k: k, options: SearchOptions(nprobe: nprobe, threads: threads))
    try Data(NumpyHeader.bytes(of: found.ids)).write(to: URL(filePath: ids))
    let matrix = Matrix(rows: found.queries, columns: k, values: found.distances)
    try Data(matrix.numpyBytes).write(to: URL(filePath: distances))
    if let rewrite { try Data(FaissWriter.bytes(index)).write(to: URL(filePath: rewrite)) }
  }
}
