import Artifacts
import Synchronization

/// Committed files that many jobs read, parsed once: fitted transforms and quantizers, by the digest of their bytes.
///
/// A cache, not state: each is held against its digest when it is read.
final class ParsedFiles<Value: Sendable>: Sendable {
  private let values = Mutex<[Digest: Value]>([:])

  func value(_ file: CommittedFile, in artifact: Artifact, parse: ([UInt8]) throws -> Value) throws -> Value {
    if let known = values.withLock({ $0[file.digest] }) { return known }
    let value = try parse(artifact.read(file))
    values.withLock { $0[file.digest] = value }
    return value
  }
}
