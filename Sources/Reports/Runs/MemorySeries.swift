/// Resident memory over the time of a run, thinned out so that a run of any length keeps at most a thousand samples.
struct MemorySeries: Sendable {
  private static let limit = 1000
  /// Seconds and bytes; each the highest of its interval.
  private(set) var samples: [(time: Double, bytes: Int)] = []
  private var interval = 0.5

  var peak: Int? { samples.map(\.bytes).max() }

  mutating func add(_ bytes: Int, at time: Double) {
    if let last = samples.last, time - last.time < interval {
      samples[samples.count - 1].bytes = max(last.bytes, bytes)
      return
    }
    samples.append((time, bytes))
    guard samples.count > Self.limit else { return }
    interval *= 2
    let all = samples
    samples = stride(from: 0, to: all.count, by: 2).map { place in
      let pair = all[place..<min(place + 2, all.count)]
      return (pair.first!.time, pair.map(\.bytes).max()!)
    }
  }
}
