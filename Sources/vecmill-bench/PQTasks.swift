import ArgumentParser
import Foundation
import IndexFormats
import Tensors
import VectorSearch

/// The tasks of the PQ benchmark; each answers with its seconds and what else it found.
struct PQTasks {
  let base: Matrix
  let learn: Matrix
  let query: Matrix
  private var index: VectorIndex?
  /// Processor time of what was timed last.
  private let used = PQProcess()

  init(base: Matrix, learn: Matrix, query: Matrix) {
    self.base = base
    self.learn = learn
    self.query = query
  }

  mutating func run(_ task: String, _ arguments: PQArguments) throws -> [String: Any] {
    var answer = try perform(task, arguments)
    answer["cpu"] = used.seconds
    return answer
  }

  private mutating func perform(_ task: String, _ arguments: PQArguments) throws -> [String: Any] {
    switch task {
    case "memory": return try PQProcess.memory(reset: arguments.number("reset", default: 0) == 1)
    case "limits": return PQLimits.measured()
    case "train": return try train(arguments)
    case "opq": return try rotate(arguments)
    case "coarse": return try coarse(arguments)
    case "load": return try load(arguments)
    case "build": return try build(arguments)
    case "encode": return try encode(arguments)
    case "search": return try search(arguments)
    default: throw ValidationError("no task \(task)")
    }
  }

  private func timed<T>(_ body: () throws -> T) rethrows -> (seconds: Double, value: T) {
    let clock = ContinuousClock()
    let (start, before) = (clock.now, PQProcess.seconds)
    let value = try body()
    let took = clock.now - start
    used.seconds = PQProcess.seconds - before
    return (Double(took.components.seconds) + Double(took.components.attoseconds) * 1e-18, value)
  }

  private func options(_ arguments: PQArguments) throws -> TrainingOptions {
    var options = TrainingOptions(seed: 1, threads: try arguments.number("threads", default: 1))
    options.iterations = try arguments.number("iterations", default: 25)
    return options
  }

  private func train(_ arguments: PQArguments) throws -> [String: Any] {
    let points = learn[rows: 0..<(try arguments.number("points"))]
    let options = try options(arguments)
    let (parts, bits) = (try arguments.number("parts"), try arguments.number("bits", default: 8))
    let (seconds, trained) = try timed {
      try ProductQuantizer(training: points, parts: parts, bits: bits, options: options)
    }
    return ["seconds": seconds, "error": trained.error(on: query, threads: 4)]
  }

  private func rotate(_ arguments: PQArguments) throws -> [String: Any] {
    let points = learn[rows: 0..<(try arguments.number("points"))]
    let options = try options(arguments)
    let parts = try arguments.number("parts")
    let (seconds, turn) = try timed {
      try OrthogonalTransform(
        training: points, parts: parts, bits: 8, dimensions: points.columns, options: options)
    }
    let trained = try ProductQuantizer(
      training: turn.map.applied(to: points, threads: 4), parts: parts, bits: 8,
      options: TrainingOptions(seed: 1, threads: 4))
    let pilots = Dictionary(turn.pilots.map { ($0.start, $0.error) }) { first, _ in first }
    return [
      "seconds": seconds, "pilots": pilots,
      "error": trained.error(on: turn.map.applied(to: query, threads: 4), threads: 4),
    ]
  }

  private func coarse(_ arguments: PQArguments) throws -> [String: Any] {
    let points = learn[rows: 0..<(try arguments.number("points"))]
    let options = try options(arguments)
    let lists = try arguments.number("lists")
    let (seconds, trained) = try timed { try KMeans(points, clusters: lists, options: options) }
    let coarse = CoarseQuantizer(centroids: trained.centroids, byResidual: false)
    let near = coarse.assigned(query, metric: .l2, threads: 4)
    var error = 0.0
    for (row, list) in near.enumerated() {
      for (x, y) in zip(query[row: row], trained.centroids[row: Int(list)]) {
        error += Double(x - y) * Double(x - y)
      }
    }
    return ["seconds": seconds, "error": error / Double(query.rows), "iterations": trained.iterations]
  }

  private mutating func load(_ arguments: PQArguments) throws -> [String: Any] {
    let path = try arguments.text("path")
    index = nil
    let mapped = try arguments.number("mapped", default: 0) == 1
    let (seconds, value) = try timed { try FaissReader.index(path: path, mapped: mapped) }
    index = value
    return ["seconds": seconds, "count": value.count, "memory": value.memory]
  }

  private mutating func build(_ arguments: PQArguments) throws -> [String: Any] {
    let type = try FactoryType(try arguments.text("type"))
    let options = try options(arguments)
    let (base, learn) = (base, learn)
    let (train, trained) = try timed {
      try TrainedQuantizer(training: learn, type: type, metric: .l2, options: options)
    }
    let (add, built) = try timed {
      try VectorIndex(trained, shards: [trained.encoded(base, threads: options.threads)])
    }
    index = built
    if let path = try? arguments.text("path") {
      try Data(FaissWriter.bytes(built)).write(to: URL(filePath: path))
    }
    return ["seconds": train + add, "train": train, "add": add]
  }

  private func encode(_ arguments: PQArguments) throws -> [String: Any] {
    guard let index else { throw ValidationError("no index is loaded") }
    let rows = base[rows: 0..<(try arguments.number("rows"))]
    let threads = try arguments.number("threads", default: 1)
    let (seconds, shard) = try timed { try index.trained.encoded(rows, threads: threads) }
    return ["seconds": seconds, "checksum": shard.codes.reduce(into: 0) { $0 = $0 &* 31 &+ Int($1) }]
  }

  private func search(_ arguments: PQArguments) throws -> [String: Any] {
    guard let index else { throw ValidationError("no index is loaded") }
    let queries = query[rows: 0..<(try arguments.number("queries"))]
    let k = try arguments.number("k")
    let options = SearchOptions(
      nprobe: try? arguments.number("nprobe"), refinementFactor: (try? arguments.number("refinement")).map { Float($0) },
      threads: try arguments.number("threads", default: 1))
    var ids: [Int64] = []
    let single = try arguments.number("single", default: 0) == 1
    let each = single ? (0..<queries.rows).map { queries[rows: $0..<$0 + 1] } : [queries]
    let (seconds, _) = try timed {
      for some in each { ids += try index.search(some, k: k, options: options).ids }
    }
    if let path = try? arguments.text("ids") {
      try Data(NumpyHeader.bytes(of: ids)).write(to: URL(filePath: path))
    }
    return ["seconds": seconds]
  }
}
