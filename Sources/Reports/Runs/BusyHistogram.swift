/// How many jobs ran at the same time, over a run of unknown length: bins that become twice as wide whenever it outgrows them.
package struct BusyHistogram: Sendable {
  package static let count = 256
  /// Seconds that a bin covers.
  package private(set) var width = 0.01
  /// Job-seconds in each bin.
  private var busy = [Double](repeating: 0, count: BusyHistogram.count)

  package init() {}

  package mutating func add(from start: Double, to end: Double) {
    guard end > start, start >= 0 else { return }
    while end >= width * Double(Self.count) { widen() }
    for bin in Int(start / width)...Int(end / width) {
      let from = max(start, Double(bin) * width)
      let to = min(end, Double(bin + 1) * width)
      busy[bin] += max(0, to - from)
    }
  }

  /// Mean number of jobs in each bin.
  package var jobs: [Double] { busy.map { $0 / width } }

  private mutating func widen() {
    width *= 2
    busy = (0..<Self.count).map { $0 * 2 < Self.count ? busy[2 * $0] + busy[2 * $0 + 1] : 0 }
  }
}
