public import Pipelines

/// Tells a run as JSON lines: every event, in the layout of trace.jsonl.
public struct ProgressJSON: Sendable {
  public init() {}

  public func lines(_ events: [RunEvent]) -> [String] { events.map(EventJSON.line) }
}
