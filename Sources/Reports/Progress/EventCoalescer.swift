public import Pipelines

/// Collects events until somebody has time for them; `advanced` events of one job become one.
public struct EventCoalescer: Sendable {
  private var events: [RunEvent] = []
  /// Where the pending `advanced` event of a job lies in `events`.
  private var advances: [String: Int] = [:]

  public init() {}

  public mutating func add(_ event: RunEvent) {
    let job = "\(event.stage ?? "")\u{0}\(event.job ?? "")"
    guard event.event == .advanced else {
      advances[job] = nil
      return events.append(event)
    }
    if let place = advances[job] {
      events[place].merge(event)
    } else {
      advances[job] = events.count
      events.append(event)
    }
  }

  /// The events so far, by time; afterwards there are none.
  public mutating func drain() -> [RunEvent] {
    defer {
      events.removeAll(keepingCapacity: true)
      advances.removeAll(keepingCapacity: true)
    }
    return events.enumerated().sorted { ($0.element.time, $0.offset) < ($1.element.time, $1.offset) }.map(\.element)
  }
}

extension RunEvent {
  /// Adds what a later `advanced` event says.
  mutating func merge(_ later: RunEvent) {
    time = max(time, later.time)
    items = (items ?? 0) + (later.items ?? 0)
    bytes = (bytes ?? 0) + (later.bytes ?? 0)
    rejects = (rejects ?? 0) + (later.rejects ?? 0)
  }
}
