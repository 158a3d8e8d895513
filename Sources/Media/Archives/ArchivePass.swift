/// Gives entries of an archive by their ordinals in one pass; asking for an earlier one starts a new pass.
///
/// For compressed streams, where an entry is reached only through those before it. Not for two threads at once.
public final class ArchivePass {
  private let path: String
  private let archive: String
  private let limits: ArchiveLimits
  private var reader: ArchiveReader
  private var next = 0
  /// How often the archive was started again: 0 if all ordinals ascended.
  public private(set) var restarts = 0

  public init(path: String, archive: String, limits: ArchiveLimits = .init()) throws(ArchiveError) {
    self.path = path
    self.archive = archive
    self.limits = limits
    reader = try ArchiveReader(path: path, archive: archive, limits: limits)
  }

  /// The content of the entry with that ordinal, or a range of its bytes.
  ///
  /// - Parameter passing: gets the contents of the entries on the way, if given; else they are not read.
  /// - Throws: `ArchiveError` if the archive is damaged before it or has no such entry.
  public func bytes(
    ordinal: Int, range: Range<Int>? = nil, passing: ((_ ordinal: Int, _ bytes: [UInt8]) -> Void)? = nil
  ) throws(ArchiveError) -> Result<[UInt8], Reject> {
    if ordinal < next {
      reader = try ArchiveReader(path: path, archive: archive, limits: limits)
      restarts += 1
    }
    while let item = try reader.next() {
      next = reader.entryCount
      if item.ordinal < ordinal {
        if let passing, case .entry = item, case .success(let bytes) = try reader.bytes() {
          passing(item.ordinal, bytes)
        }
        continue
      }
      guard item.ordinal == ordinal else { break }
      if case .reject(let reject) = item { return .failure(reject) }
      if let range { return try part(range) }
      return try reader.bytes()
    }
    throw ArchiveError(
      archive: archive, code: .unreadable, message: "it has no entry \(ordinal); it changed since it was read")
  }

  /// Reads up to the end of the range, for lines of entries that are too large to be held.
  private func part(_ range: Range<Int>) throws(ArchiveError) -> Result<[UInt8], Reject> {
    var part: [UInt8] = []
    var position = 0
    while position < range.upperBound {
      switch try reader.chunk() {
      case .failure(let reject): return .failure(reject)
      case .success(let piece):
        if piece.isEmpty { return .success(part) }
        let wanted = range.clamped(to: position..<position + piece.count)
        part += piece[wanted.lowerBound - position..<wanted.upperBound - position]
        position += piece.count
      }
    }
    return .success(part)
  }
}
