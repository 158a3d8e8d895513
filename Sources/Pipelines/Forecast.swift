import Artifacts

/// What a stage would do in a run, as far as that can be said before its sources are read.
public struct Forecast: Sendable, Equatable, Codable {
  /// Sources that no earlier artifact of the stage has read.
  public var sourcesToRead: Int
  public var bytesToRead: Int
  /// A sentence each, such as `keeps its quantizer unless that drifted by more than 10%`.
  public var words: [String]
}

extension Source {
  /// By what a job on a source finds earlier work.
  var identity: String { ([name, digest.hex] + (companions ?? []).map(\.digest.hex)).joined(separator: " ") }
}
