import FoundationEssentials
public import SystemPackage

/// JSON documents that carry the digest of their own text, so that any flipped bit in one is found before it is believed.
///
/// The document is one line of JSON with sorted keys; its last key, `seal`, is the SHA-256 of the line without it.
public enum SealedJSON {
  /// A document's bytes, sealed, with a newline at the end.
  public static func bytes(of value: some Encodable) throws -> [UInt8] {
    let body = try encoder.encode(value)
    precondition(body.starts(with: #"{""#.utf8), "only objects with keys are sealed")
    let seal = Digest(of: Array(body))
    return Array(body.dropLast()) + Array(#","seal":"\#(seal.hex)"}"#.utf8) + [UInt8(ascii: "\n")]
  }

  /// Reads a document.
  ///
  /// - Throws: `CorruptFile` if the seal does not match or the content is not what was expected.
  public static func decode<T: Decodable>(
    _ type: T.Type, from bytes: [UInt8], path: FilePath
  ) throws -> T {
    let tail = Array(#","seal":""#.utf8)
    let ending = tail.count + 64 + 3
    guard bytes.count > ending, bytes.suffix(3).elementsEqual("\"}\n".utf8),
      bytes.suffix(ending).starts(with: tail)
    else { throw CorruptFile(path, "it has no seal: it was cut short or is not Vecmill's") }
    let body = Array(bytes.dropLast(ending)) + [UInt8(ascii: "}")]
    let seal = String(decoding: bytes.suffix(67).prefix(64), as: UTF8.self)
    guard Digest(of: body).hex == seal else { throw CorruptFile(path, "its seal does not match its text") }
    let document: T
    do {
      document = try JSONDecoder().decode(type, from: Data(body))
    } catch {
      try requireFormat(of: type, body, path)
      throw CorruptFile(path, "its content is not that of this version: \(error)")
    }
    if let versioned = document as? any VersionedDocument { try versioned.requireFormat(path) }
    return document
  }

  /// A sound document that does not decode is most likely of another format, and then no damage.
  private static func requireFormat(of type: any Decodable.Type, _ body: [UInt8], _ path: FilePath) throws {
    guard let versioned = type as? any VersionedDocument.Type,
      let found = try? JSONDecoder().decode(FormatNumber.self, from: Data(body)).format, found != versioned.format
    else { return }
    throw OtherFormat(path, found: found, known: versioned.format)
  }

  private struct FormatNumber: Decodable { var format: Int }

  private static var encoder: JSONEncoder {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return encoder
  }
}

/// Committed state that is not what was committed. A run stops on it rather than build on it.
public struct CorruptFile: Error, Sendable, Equatable, CustomStringConvertible {
  public var path: FilePath
  public var reason: String

  public init(_ path: FilePath, _ reason: String) {
    self.path = path
    self.reason = reason
  }

  public var description: String { "\(path) is damaged: \(reason)" }
}
