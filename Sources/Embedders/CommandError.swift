/// Why a command embedder gave no vectors.
public enum CommandError: Error, Equatable, CustomStringConvertible {
  /// An option, and the values that it takes.
  case options(String)
  /// The program cannot be found, read or started.
  case program(String, reason: String)
  /// The content at this place of the batch is a picture without its entry.
  case content(Int)
  /// A batch failed: what happened, which records were in flight, and the last lines of standard error.
  case batch(Cause, program: String, records: [String], errorLines: [String])
  /// The embedder was closed.
  case closed

  public enum Cause: Error, Equatable {
    case exited(Int32)
    case killed(signal: Int32)
    case timeout(seconds: Double)
    /// The answer is not what the protocol asks for.
    case answer(String)
  }

  public var description: String {
    switch self {
    case .options(let reason): "command embedder: \(reason)"
    case .program(let program, let reason): "command embedder: \(program): \(reason)"
    case .content(let place):
      "command embedder: content \(place) of the batch is a decoded picture; a program takes the entry's bytes or a text"
    case .closed: "command embedder: it was closed"
    case .batch(let cause, let program, let records, let lines):
      "command embedder: \(program) \(cause); in flight: \(Self.list(records))"
        + (lines.isEmpty ? "" : "; its last words: " + lines.joined(separator: " | "))
    }
  }

  private static func list(_ records: [String]) -> String {
    let shown = records.prefix(8).joined(separator: ", ")
    return records.count > 8 ? "\(shown) and \(records.count - 8) more" : shown
  }
}

extension CommandError.Cause: CustomStringConvertible {
  public var description: String {
    switch self {
    case .exited(let status): "exited with status \(status) before it answered"
    case .killed(let signal): "was ended by signal \(signal) before it answered"
    case .timeout(let seconds): "gave no answer within \(seconds) s (option timeout)"
    case .answer(let reason): "gave a wrong answer: \(reason)"
    }
  }
}
