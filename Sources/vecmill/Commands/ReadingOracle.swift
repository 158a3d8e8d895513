import ArgumentParser
import FoundationEssentials
import Glibc
import Media

/// Reads files as an ingest and a featurize stage would, under the ceilings that are the default, and says what became of each.
struct ReadingOracle: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "reading",
    abstract: "Read the files that standard input names; print good records, rejects, seconds and peak memory of each.")

  @Flag(help: "Read lines of text, not pictures.") var text = false

  func run() throws {
    while let path = readLine() {
      // The peak counts anew: https://www.kernel.org/doc/Documentation/filesystems/proc.rst, clear_refs.
      try Data("5".utf8).write(to: URL(filePath: "/proc/self/clear_refs"))
      var finding = Finding(path: path)
      let clock = ContinuousClock.now
      let before = Self.processorSeconds
      read(path, into: &finding)
      finding.processorSeconds = Self.processorSeconds - before
      finding.seconds = clock.duration(to: .now) / .seconds(1)
      finding.peak = Self.peak()
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
      try Output.bytes(Array(try encoder.encode(finding)) + [10])
    }
  }

  private func read(_ path: String, into finding: inout Finding) {
    var options = RecordOptions(media: text ? .text : .image)
    options.texts.unit = .line
    options.keepsPayloads = true
    do throws(ArchiveError) {
      let stream = try RecordStream(path: path, archive: "a", options: options)
      while let shard = try stream.nextShard() {
        for reject in shard.rejects { finding.rejects[reject.code.rawValue, default: 0] += 1 }
        for bytes in shard.payloads { decode(bytes, into: &finding) }
      }
    } catch {
      finding.failure = error.code.rawValue
      finding.message = error.message
    }
  }

  private func decode(_ bytes: [UInt8], into finding: inout Finding) {
    do throws(ImageError) {
      if !text { _ = try ImageDecoder().decode(bytes) }
      finding.good += 1
    } catch {
      finding.rejects[error.code.rawValue, default: 0] += 1
      finding.message = error.message
    }
  }

  private static var processorSeconds: Double {
    var time = timespec()
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }

  /// Bytes that this process held at most since the peak was cleared.
  private static func peak() -> Int {
    let status = (try? String(contentsOf: URL(filePath: "/proc/self/status"), encoding: .utf8)) ?? ""
    let line = status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
    return (line?.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0) << 10
  }

  private struct Finding: Encodable {
    var path: String
    var good = 0
    var rejects: [String: Int] = [:]
    var failure: String?
    var message: String?
    var seconds = 0.0
    var processorSeconds = 0.0
    var peak = 0
  }
}
