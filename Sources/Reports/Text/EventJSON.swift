public import Pipelines

/// A run event as one line of JSON: what trace.jsonl holds and `--progress json` prints.
///
/// Keys in the order of `RunEvent`'s fields, absent ones left out, times to the microsecond. Written by hand because a run may have
/// a million events.
public enum EventJSON {
  /// The line, without its newline.
  public static func line(_ event: RunEvent) -> String {
    var line = "{\"event\":\"\(event.event.rawValue)\",\"time\":\(number(event.time))"
    func add(_ key: String, _ value: String?) {
      if let value { line += ",\"\(key)\":\(value)" }
    }
    add("stage", event.stage.map(quoted))
    add("job", event.job.map(quoted))
    add("items", event.items.map { String($0) })
    add("bytes", event.bytes.map { String($0) })
    add("rejects", event.rejects.map { String($0) })
    add("total", event.total.map { String($0) })
    add("totalBytes", event.totalBytes.map { String($0) })
    add("seconds", event.seconds.map(number))
    add("memory", event.memory.map { String($0) })
    add("isFresh", event.isFresh.map { String($0) })
    add("isReused", event.isReused.map { String($0) })
    add("message", event.message.map(quoted))
    return line + "}"
  }

  /// A JSON string in which nothing could harm a terminal.
  static func quoted(_ text: String) -> String {
    var quoted = "\""
    for scalar in text.unicodeScalars {
      if scalar == "\"" || scalar == "\\" {
        quoted += "\\"
        quoted.unicodeScalars.append(scalar)
      } else if SafeText.isUnsafe(scalar) {
        for unit in UTF16.encode(scalar)! { quoted += "\\u" + SafeText.hex(UInt32(unit), 4) }
      } else {
        quoted.unicodeScalars.append(scalar)
      }
    }
    return quoted + "\""
  }

  private static func number(_ value: Double) -> String { value.isFinite ? Figure.fixed(value, 6) : "0" }
}
