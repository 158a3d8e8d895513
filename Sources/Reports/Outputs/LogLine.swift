public import FoundationEssentials
public import Pipelines

/// An event of a run as a line of a structured log; nil of the frequent ones, which only progress is made of.
public enum LogLine {
  /// - Parameter pipeline: its name, in every line.
  public static func line(_ event: RunEvent, pipeline: String, at time: Date = .now) -> String? {
    guard let (level, message) = words(event) else { return nil }
    var fields: [(String, String)] = []
    func add(_ key: String, _ value: String?) { if let value { fields.append((key, value)) } }
    add("stage", event.stage.map(EventJSON.quoted))
    add("job", event.job.map(EventJSON.quoted))
    add("rows", event.event == .stageEnded ? event.items.map { "\($0)" } : nil)
    add("rejects", event.event == .stageEnded ? event.rejects.map { "\($0)" } : nil)
    add("seconds", event.seconds.map { Figure.fixed($0, 3) })
    return line(level, message, pipeline: pipeline, fields, at: time)
  }

  /// A line about the run as a whole.
  public static func line(
    _ level: String, _ message: String, pipeline: String, _ fields: [(String, String)] = [], at time: Date = .now
  ) -> String {
    "{\"time\":\"\(RunFolder.iso(time))\",\"level\":\"\(level)\",\"message\":\(EventJSON.quoted(message)),"
      + "\"pipeline\":\(EventJSON.quoted(pipeline))" + fields.map { ",\"\($0.0)\":\($0.1)" }.joined() + "}"
  }

  private static func words(_ event: RunEvent) -> (level: String, message: String)? {
    switch event.event {
    case .runStarted: ("info", "the run begins")
    case .planned: ("info", (event.isFresh == true ? "fresh: " : "will run: ") + (event.message ?? ""))
    case .stageStarted: ("info", "the stage begins")
    case .stageEnded: ("info", "the stage is done")
    case .stageFailed: ("error", event.message ?? "the stage failed")
    case .note: (event.message?.hasPrefix("warning: ") == true ? "warning" : "info", event.message ?? "")
    case .runEnded: ("info", "all stages are done")
    default: nil
    }
  }
}
