import ArgumentParser
import CKernels
import CMachineLimits
import Embedders
import Foundation
import Media
import Tensors

/// Times the built-in networks, and decoding and resizing in front of them: rates a second of processor time.
///
/// Reads one task a line from standard input and answers with a line of JSON, so that a script can take turns with a peer:
/// `limits`, `network size=64 level=3 batch=16`, `chain archive=FILE size=64 crop=inner threads=1`, `parts archive=FILE size=64`.
/// `network` counts views, of which `crop=twice` has two a picture.
struct CNNBench: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "cnn", abstract: "Time the built-in networks and the way to them; tasks on standard input.")

  func run() throws {
    var pictures: [String: [[UInt8]]] = [:]
    while let line = readLine() {
      let words = line.split(separator: " ").map { $0.split(separator: "=", maxSplits: 1).map(String.init) }
      guard let task = words.first?.first else { continue }
      let options = Dictionary(words.dropFirst().map { ($0[0], $0.count > 1 ? $0[1] : "") }) { $1 }
      if let archive = options["archive"], pictures[archive] == nil { pictures[archive] = try Self.contents(of: archive) }
      let answer = try answer(task, options, options["archive"].flatMap { pictures[$0] } ?? [])
      FileHandle.standardOutput.write(try JSONSerialization.data(withJSONObject: answer, options: .sortedKeys) + Data("\n".utf8))
    }
  }

  private func answer(_ task: String, _ options: [String: String], _ pictures: [[UInt8]]) throws -> [String: Double] {
    func number(_ name: String, _ usual: Int) -> Int { options[name].flatMap(Int.init) ?? usual }
    let size = number("size", 64), crop = options["crop"].flatMap(ImageCrop.init) ?? .standard
    switch task {
    case "limits": return Self.limits()
    case "network":
      return try network(size: size, level: number("level", Int(vm_cpu_level())), batch: number("batch", 16))
    case "chain": return try chain(pictures, size: size, crop: crop, threads: number("threads", 1))
    case "parts": return try parts(pictures, size: size, crop: crop)
    default: throw ValidationError("there is no task \(task)")
    }
  }

  static func contents(of archive: String) throws -> [[UInt8]] {
    var options = RecordOptions(media: .image)
    options.keepsPayloads = true
    let stream = try RecordStream(path: archive, archive: archive, options: options)
    var payloads: [[UInt8]] = []
    while let shard = try stream.nextShard() { payloads += shard.payloads }
    return payloads
  }

  private static func limits() -> [String: Double] {
    var bytes = [UInt8](repeating: 1, count: 64)
    let best = (0..<5).map { _ in
      let start = ProcessorTime.thread
      let work = vm_limit_products(1 << 20, &bytes)
      return work / (ProcessorTime.thread - start)
    }.max()!
    return ["level": Double(vm_cpu_level()), "products": best]
  }

  private func network(size: Int, level: Int, batch: Int) throws -> [String: Double] {
    let model = try ConvolutionalModel(bytes: ConvolutionalModel.builtInBytes(size: size), level: level)
    let embedder = ConvolutionalEmbedder(model: model, crop: .middle)
    var random = SeededRandom(seed: 1)
    let images = (0..<batch).map { _ in
      Image(width: size, height: size, pixels: (0..<size * size * 3).map { _ in UInt8(random.below(256)) })
    }
    _ = embedder.embed(images)
    var count = 0
    let start = ProcessorTime.thread
    while ProcessorTime.thread - start < 0.5 {
      _ = embedder.embed(images)
      count += batch
    }
    return ["per_s": Double(count) / (ProcessorTime.thread - start), "products": Double(model.products)]
  }

  /// Whole pictures, of the bytes of a file in memory to an embedding, each once a thread; by the wall clock where there are several threads.
  private func chain(_ pictures: [[UInt8]], size: Int, crop: ImageCrop, threads: Int) throws -> [String: Double] {
    let embedder = ConvolutionalEmbedder(model: try .builtIn(size: size), crop: crop)
    let decoder = ImageDecoder(minimumSide: embedder.sourceSide)
    let wall = ContinuousClock.now
    let cpu = ProcessorTime.process
    let done = parallelMap(threads * pictures.count, threads: threads, chunk: 16) { range in
      let images = range.compactMap { try? embedder.prepare(decoder.decode(pictures[$0 % pictures.count])) }
      return embedder.embed(images).rows
    }.reduce(0, +)
    let took = wall.duration(to: .now)
    let seconds = Double(took.components.seconds) + Double(took.components.attoseconds) * 1e-18
    return [
      "images": Double(done), "bytes": Double(threads * pictures.reduce(0) { $0 + $1.count }), "seconds": seconds,
      "cpu_seconds": ProcessorTime.process - cpu,
    ]
  }

  /// Seconds of each step of the chain.
  private func parts(_ pictures: [[UInt8]], size: Int, crop: ImageCrop) throws -> [String: Double] {
    let embedder = ConvolutionalEmbedder(model: try .builtIn(size: size), crop: crop)
    let decoder = ImageDecoder(minimumSide: embedder.sourceSide)
    let start = ProcessorTime.thread
    let decoded = pictures.compactMap { try? decoder.decode($0) }
    let afterDecode = ProcessorTime.thread
    let prepared = decoded.map { embedder.prepare($0) }
    let afterResize = ProcessorTime.thread
    for first in stride(from: 0, to: prepared.count, by: 32) {
      _ = embedder.embed(Array(prepared[first..<min(first + 32, prepared.count)]))
    }
    return [
      "images": Double(prepared.count), "decode_s": afterDecode - start, "resize_s": afterResize - afterDecode,
      "network_s": ProcessorTime.thread - afterResize,
    ]
  }
}

/// Seconds of processor time, which other programs on the machine do not add to.
enum ProcessorTime {
  static var thread: Double { seconds(CLOCK_THREAD_CPUTIME_ID) }
  static var process: Double { seconds(CLOCK_PROCESS_CPUTIME_ID) }

  private static func seconds(_ clock: clockid_t) -> Double {
    var time = timespec()
    clock_gettime(clock, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
  }
}
