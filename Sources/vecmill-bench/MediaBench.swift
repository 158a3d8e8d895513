import ArgumentParser
import Foundation
import Media
import Tensors

/// Times reading, decoding and the records' codec on one core, by processor time, so that other work beside it counts little.
struct MediaBench: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "media", abstract: "Time ingest, decoding and the record codec, one core each.")

  @Argument(help: "Archives of pictures.") var archives: [String]
  @Option(help: "Rounds; the fastest counts.") var rounds = 3

  func run() throws {
    for archive in archives {
      let name = (archive as NSString).lastPathComponent
      let (records, payloads) = try contents(of: archive)
      let bytes = payloads.reduce(0) { $0 + $1.count }
      try report("\(name): ingest", records.count, bytes) { _ = try contents(of: archive) }
      for side in [64, 128, nil] {
        let decoder = ImageDecoder(minimumSide: side)
        try report("\(name): decode, \(side.map { "side at least \($0)" } ?? "full size")", records.count, bytes) {
          for payload in payloads { _ = try decoder.decode(payload) }
        }
      }
      let many = Array(repeatElement(records, count: max(1, 100_000 / max(1, records.count))).joined())
      let encoded = RecordCodec.encode(many)
      report("\(name): encode records", many.count, encoded.count) { _ = RecordCodec.encode(many) }
      try report("\(name): decode records", many.count, encoded.count) { _ = try RecordCodec.decode(encoded) }
    }
  }

  private func contents(of archive: String) throws -> ([Record], [[UInt8]]) {
    var options = RecordOptions(media: .image)
    options.keepsPayloads = true
    let stream = try RecordStream(path: archive, archive: archive, options: options)
    var records: [Record] = []
    var payloads: [[UInt8]] = []
    while let shard = try stream.nextShard() {
      records += shard.records
      payloads += shard.payloads
    }
    return (records, payloads)
  }

  private func report(_ task: String, _ count: Int, _ bytes: Int, _ work: () throws -> Void) rethrows {
    var best = Double.infinity
    for _ in 0..<rounds {
      let start = ProcessorTime.process
      try work()
      best = min(best, ProcessorTime.process - start)
    }
    let rate = Int(Double(count) / best)
    print("\(task): \(rate)/s, \(Int(Double(bytes) / best / 1e6)) MB/s")
  }
}
