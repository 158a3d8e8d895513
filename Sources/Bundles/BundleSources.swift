import Artifacts
public import IndexFormats
import Media
import Synchronization
public import SystemPackage
import Tensors

/// The archives that a bundle's items lie in: where they are now, and the items' bytes out of them.
///
/// An archive is looked for in the override folder, if there is one, by its name in the records and by its file name;
/// then at its path relative to the bundle.
public final class BundleSources: Sendable {
  private let bundle: Bundle
  private let override: FilePath?
  private let readers = Mutex<[String: EntryReader]>([:])

  public init(of bundle: Bundle, in override: FilePath? = nil) {
    self.bundle = bundle
    self.override = override
  }

  /// The original bytes of an item, held against its size and, where it is a whole entry, against its digest; of a row
  /// of vectors its 32-bit floats.
  ///
  /// - Throws: `BundleError` if the archive is not found, or holds something else than when it was indexed.
  public func bytes(of item: Item) throws -> [UInt8] {
    if item.format == "vector" { return Self.bytes(of: try vector(of: item)) }
    do { return try reader(for: item.archive).bytes(of: item.record, verifying: true) } catch let error as BundleError {
      throw error
    } catch let reject as Reject {
      throw BundleError(.source, "\(item.archive)/\(item.entry)", reject.message)
    } catch let error as ArchiveError { throw BundleError(.source, item.archive, error.message) }
  }

  /// The vector of an item of a file of vectors: one row, held against its digest.
  func vector(of item: Item) throws -> Matrix {
    do {
      let file = try VectorFile(path: try path(of: item.archive).string, archive: item.archive)
      guard item.ordinal < file.rows else {
        throw BundleError(.source, item.archive, "it has no row \(item.ordinal) any more")
      }
      let row = try file.matrix(rows: item.ordinal..<item.ordinal + 1)
      guard Digest(of: Self.bytes(of: row)).hex == item.digest else {
        throw BundleError(.source, item.archive, "row \(item.ordinal) is not what it was when the file was indexed")
      }
      return row
    } catch let error as ArchiveError { throw BundleError(.source, item.archive, error.message) }
  }

  /// A row as 32-bit floats, whatever its file holds: that is what its digest is of.
  private static func bytes(of row: Matrix) -> [UInt8] { Array(row.numpyBytes.suffix(4 * row.columns)) }

  /// Where an archive lies now.
  ///
  /// - Throws: `BundleError` that lists the places looked at.
  public func path(of archive: String) throws -> FilePath {
    guard let source = bundle.description.sources.first(where: { $0.name == archive }) else {
      throw BundleError(
        .damaged, bundle.path, "an item lies in the archive \(archive), which bundle.json does not list")
    }
    guard FilePath(source.path).isRelative else {
      throw BundleError(.damaged, bundle.path, "its archive \(archive) has the absolute path \(source.path)")
    }
    let places = places(of: source)
    guard let path = places.first(where: { (try? FileStatus(of: $0)) != nil }) else {
      throw BundleError(
        .source, archive, "the archive is not there; looked at \(places.map(\.string).joined(separator: ", "))")
    }
    let status = try FileStatus(of: path)
    guard status.isFolder || status.size == source.size else {
      throw BundleError(
        .source, path, "the archive has \(status.size) bytes, and had \(source.size) when it was indexed")
    }
    return path
  }

  private func places(of source: ItemArchive) -> [FilePath] {
    var places = [bundle.origin.pushing(FilePath(source.path)).lexicallyNormalized()]
    if let override {
      let names = [FilePath(source.name), FilePath(source.path).lastComponent.map { FilePath($0.string) }]
      places = names.compactMap { $0 }.filter(\.isRelative).map { override.pushing($0) } + places
    }
    return places
  }

  private func reader(for archive: String) throws -> EntryReader {
    try readers.withLock { readers in
      if let reader = readers[archive] { return reader }
      let reader = try EntryReader(path: try path(of: archive).string, archive: archive)
      readers[archive] = reader
      return reader
    }
  }
}
