import FoundationEssentials
import Pipelines
import Reports
import Testing

@Suite struct EventTests {
  @Test func linesAreJSONOfTheEvent() throws {
    var event = RunEvent(
      .jobEnded, stage: "a\u{1B}\u{202E}\"\\", job: "j", items: 5, bytes: 7, rejects: 1, seconds: 1.25, isReused: true,
      message: "é\n\u{E0041}")
    event.time = 3.5
    let line = EventJSON.line(event)
    #expect(line.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value != 0x202E })
    let decoded = try JSONDecoder().decode(RunEvent.self, from: Data(line.utf8))
    #expect(decoded.stage == event.stage && decoded.message == event.message && decoded.time == 3.5)
    #expect(decoded.items == 5 && decoded.isReused == true && decoded.seconds == 1.25 && decoded.total == nil)
    #expect(line.hasPrefix(#"{"event":"jobEnded","time":3.500000,"stage":"#))
  }

  @Test func advancesOfAJobBecomeOne() {
    var coalescer = EventCoalescer()
    for step in 0..<1000 {
      coalescer.add(ProgressModelTests.event(Double(step), .advanced, "a", "j\(step % 2)", items: 1, bytes: 10))
    }
    coalescer.add(ProgressModelTests.event(1000, .jobEnded, "a", "j0", items: 500))
    coalescer.add(ProgressModelTests.event(1001, .advanced, "a", "j0", items: 3))
    let events = coalescer.drain()
    #expect(events.map(\.items) == [500, 500, 500, 3])
    #expect(events.map(\.event) == [.advanced, .advanced, .jobEnded, .advanced])
    #expect(events.map(\.time) == [998, 999, 1000, 1001] && events[0].bytes == 5000)
    #expect(coalescer.drain().isEmpty)
  }

  @Test func histogramKeepsTheSum() {
    var histogram = BusyHistogram()
    var random = Steps(state: 7)
    var sum = 0.0
    for step in 0..<20_000 {
      let start = Double(step) * 0.3
      let length = Double(random.next() >> 40) / Double(1 << 24) * 4
      histogram.add(from: start, to: start + length)
      sum += length
    }
    #expect(abs(histogram.jobs.reduce(0, +) * histogram.width - sum) < 1e-6 * sum)
    #expect(histogram.jobs.count == BusyHistogram.count)
  }
}
