import ArgumentParser
import Artifacts
import Pipelines
import Reports
import SystemPackage

/// A failure that a command words itself: what went wrong, where, what to do.
struct Failure: Error, CustomStringConvertible {
  var status: ExitStatus
  var message: String

  init(_ status: ExitStatus, _ message: String) {
    self.status = status
    self.message = message
  }

  static func usage(_ message: String) -> Failure { Failure(.usage, message) }

  var description: String { message }
}

/// The problems of a pipeline file were told already; this only ends the program.
struct InvalidPipeline: Error, CustomStringConvertible {
  var file: PipelineFile

  var description: String {
    let count = file.diagnostics.count { $0.severity == .error }
    return "\(file.path) has \(Figure.count(count, "problem")); mend \(count == 1 ? "it" : "them") and run vecmill check"
  }
}

extension Failure {
  /// Tells what ended the program: on standard error for people, on standard output as an object for programs.
  static func report(_ error: any Error, asJSON: Bool) -> ExitStatus {
    if error is ReaderGone { return .success }
    if let status = reportUsage(error, asJSON: asJSON) { return status }
    let status = ExitStatus(of: error)
    if let told = error as? AlreadyTold { return told.status }
    if asJSON { try? Output.json(ErrorReport(error, status)) }
    if let invalid = error as? InvalidPipeline { Output.note(invalid.file.render(color: Output.hasColour)) }
    Output.note("vecmill: error: \(SafeText.escapedLines("\(error)"))\(advice(for: error))")
    return status
  }

  /// What to do about an error whose own words cannot know of the command line.
  private static func advice(for error: any Error) -> String {
    switch (error as? StageError)?.cause ?? error {
    case let error as CorruptFile where error.path.lastComponent == "aliases.json":
      "; without it the history alone tells what is true: remove it, and run vecmill verify"
    case let error as CorruptFile where error.path.lastComponent == "history.jsonl":
      "; bring it back from a copy: until then versions can be read, and nothing be changed"
    case is CorruptFile: "; vecmill verify lists all damage, and run --force STAGE makes a stage again"
    case let error as DiskError where error.isFull: "; make room and run again: what is committed stays"
    default: ""
    }
  }

  /// Errors, help and version of the argument parser; nil if it is another error.
  private static func reportUsage(_ error: any Error, asJSON: Bool) -> ExitStatus? {
    let code = Vecmill.exitCode(for: error).rawValue
    if code == 0 {
      try? Output.line(Vecmill.fullMessage(for: error))
      return .success
    }
    guard code == ExitStatus.usage.rawValue else { return nil }
    let hint = CommandSpelling.hint(for: CommandLine.arguments)
    let message = Vecmill.message(for: error) + (hint.map { "; \($0)" } ?? "")
    if asJSON { try? Output.json(ErrorReport(Failure.usage(message), .usage)) }
    let full = Vecmill.fullMessage(for: error).split(separator: "\n", omittingEmptySubsequences: false)
    // Its first line is the message with a prefix of the parser's own.
    Output.note((["vecmill: error: \(message)"] + full.dropFirst().map(String.init)).joined(separator: "\n"))
    return .usage
  }
}

/// A failure of which everything was said.
struct AlreadyTold: Error {
  var status: ExitStatus
}

/// An error as `--json` tells it.
struct ErrorReport: Encodable {
  struct Content: Encodable {
    var code: String
    var exitCode: Int32
    var message: String
    var stage: String?
    var job: String?
    var diagnostics: [Diagnostic]?
  }

  var error: Content

  init(_ failure: any Error, _ status: ExitStatus) {
    let stage = failure as? StageError
    error = Content(
      code: status.code, exitCode: status.rawValue, message: stage.map { "\($0.cause)" } ?? "\(failure)",
      stage: stage?.stage, job: stage?.job, diagnostics: (failure as? InvalidPipeline)?.file.diagnostics)
  }
}
