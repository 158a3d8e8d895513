/// How fast something goes, over about the last ten seconds.
struct RateWindow: Sendable {
  private struct Sample {
    var time: Double
    var items: Int
    var bytes: Int
  }

  /// Seconds that the window reaches back, and between its samples.
  private static let span = 10.0
  private static let spacing = 0.25

  private(set) var items = 0
  private(set) var bytes = 0
  private var samples: [Sample] = []

  /// Begins at a time, with nothing done.
  mutating func start(at time: Double) {
    if samples.isEmpty { samples = [Sample(time: time, items: 0, bytes: 0)] }
  }

  mutating func add(items: Int, bytes: Int, at time: Double) {
    start(at: time)
    self.items += items
    self.bytes += bytes
    guard let last = samples.last, time - last.time >= Self.spacing else { return }
    samples.append(Sample(time: time, items: self.items, bytes: self.bytes))
    // The newest sample outside the window stays, so that a stage of slow jobs keeps a rate.
    while samples.count > 2, samples[1].time < time - Self.span { samples.removeFirst() }
  }

  /// Items and bytes a second; nil in the first moments and where nothing was done.
  func rates(at now: Double) -> (items: Double?, bytes: Double?) {
    guard let base = samples.last(where: { $0.time <= now - Self.span }) ?? samples.first, now - base.time >= 0.2 else {
      return (nil, nil)
    }
    func rate(_ done: Int) -> Double? { done > 0 ? Double(done) / (now - base.time) : nil }
    return (rate(items - base.items), rate(bytes - base.bytes))
  }
}
