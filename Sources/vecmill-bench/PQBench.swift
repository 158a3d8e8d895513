import ArgumentParser
import Foundation
import IndexFormats
import Tensors
import VectorSearch

/// Does one task of the PQ benchmark for every line of its input and answers with a line of JSON: bench/pq/bench_pq.py
/// drives it beside Faiss, so that both are timed in turns within one run.
struct PQBench: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "pq", abstract: "Serve the tasks of bench/pq/bench_pq.py.")

  @Argument(help: "Folder of base.npy, learn.npy and query.npy (see make_sift.py).") var folder: String

  func run() throws {
    var bench = PQTasks(
      base: try PQVectors.matrix(folder + "/base.npy"),
      learn: try PQVectors.matrix(folder + "/learn.npy"),
      query: try PQVectors.matrix(folder + "/query.npy"))
    while let line = readLine() {
      let words = line.split(separator: " ").map(String.init)
      guard let task = words.first else { continue }
      let answer = try bench.run(task, PQArguments(words: Array(words.dropFirst())))
      let json = try JSONSerialization.data(withJSONObject: answer, options: [.sortedKeys])
      print(String(decoding: json, as: UTF8.self))
      fflush(nil)
    }
  }
}

/// `name=value` words.
struct PQArguments {
  let words: [String]

  func text(_ name: String) throws -> String {
    guard let word = words.first(where: { $0.hasPrefix(name + "=") }) else {
      throw ValidationError("\(name)=… is missing")
    }
    return String(word.dropFirst(name.count + 1))
  }

  func number(_ name: String, default value: Int? = nil) throws -> Int {
    if let value, !words.contains(where: { $0.hasPrefix(name + "=") }) { return value }
    guard let number = Int(try text(name)) else { throw ValidationError("\(name) is no number") }
    return number
  }
}
