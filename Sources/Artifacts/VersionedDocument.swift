public import SystemPackage

/// A document whose layout has a number, so that one of another version is told from one that is damaged.
public protocol VersionedDocument: Decodable {
  /// The layout that this program reads and writes.
  static var format: Int { get }
  /// The layout that the document was written in.
  var format: Int { get }
}

extension VersionedDocument {
  func requireFormat(_ path: FilePath) throws {
    guard format != Self.format else { return }
    throw OtherFormat(path, found: format, known: Self.format)
  }
}

/// A sound document of a layout that this program does not read.
public struct OtherFormat: Error, Sendable, Equatable, CustomStringConvertible {
  public var path: FilePath
  public var found: Int
  public var known: Int

  public init(_ path: FilePath, found: Int, known: Int) {
    self.path = path
    self.found = found
    self.known = known
  }

  public var description: String {
    let advice =
      found > known
      ? "a newer Vecmill wrote it: run that one, or take another workspace" : "an older Vecmill wrote it: take another workspace"
    return "\(path) has format \(found), and this program reads \(known); \(advice)"
  }
}
