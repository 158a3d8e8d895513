public import Artifacts
public import IndexFormats
public import SystemPackage

/// A bundle that was checked and can be asked.
///
/// Its files stay open: it goes on working after an export has put another bundle in its place.
public final class Bundle: Sendable {
  /// How closely the files are held against `bundle.json` when a bundle is opened.
  public enum Verification: Sendable {
    /// Every byte is read and digested.
    case digests
    /// Names and sizes only, for files so large that reading them first would take too long.
    case sizes
  }

  /// Where it was opened; absolute, without links.
  public let path: FilePath
  /// Where it was exported to, from which its relative paths count: `path`, unless it is a copy such as a registry's.
  public let origin: FilePath
  public let description: BundleDescription
  public let items: ItemStore
  /// `index.faiss`.
  let index: HeldFile
  /// The embedder's weights or state, if it has a file.
  let state: HeldFile?

  /// Opens the bundle in a folder.
  ///
  /// An export may replace it at any time: if the folder is another one when all is open, it is opened again.
  /// - Throws: `BundleError` naming the file that is missing or not what was exported.
  public static func open(_ path: FilePath, verify: Verification = .digests) throws -> Bundle {
    try reading(path) { try Bundle($0, verify) }
  }

  /// Runs what reads several files of a bundle, again if the bundle was replaced meanwhile.
  static func reading<Value>(_ path: FilePath, _ read: (FilePath) throws -> Value) throws -> Value {
    for _ in 0..<20 {
      guard let identity = FolderIdentity(path), let resolved = try? path.resolved() else { continue }
      let result = Result { try read(resolved) }
      if identity.isCurrent { return try result.get() }
    }
    throw BundleError(.missing, path, "there is no bundle here")
  }

  private init(_ path: FilePath, _ verification: Verification) throws {
    self.path = path
    origin = try BundleOrigin(of: path).path
    description = try Self.describe(path)
    try Self.check(description, in: path, verification)
    do { items = try ItemStore(path.appending(ItemStoreFormat.fileName)) } catch let error as IndexFormatError {
      throw BundleError(.damaged, error.subject, error.reason)
    }
    index = try HeldFile(path.appending(BuiltIndexFormat.fileName))
    state = try description.embedder?.state.map { try HeldFile(path.appending($0)) }
    guard items.count == description.index.count else {
      throw BundleError(.damaged, path, "\(items.count) items for an index of \(description.index.count) vectors")
    }
  }

  /// Reads `bundle.json` alone.
  ///
  /// - Throws: `BundleError` if there is none, or it is damaged or of another version.
  public static func describe(
    _ folder: FilePath, on disk: any Disk = SystemDisk()
  ) throws -> BundleDescription {
    let path = folder.appending(BundleDescription.fileName)
    let bytes: [UInt8]
    do { bytes = try disk.read(path) } catch {
      guard error.errno == .noSuchFileOrDirectory else { throw error }
      throw BundleError(.missing, folder, "there is no bundle here: it has no \(BundleDescription.fileName)")
    }
    do {
      let version = try SealedJSON.decode(VersionOnly.self, from: bytes, path: path).version
      guard version == BundleDescription.currentVersion else {
        throw BundleError(
          .version, path, "format version \(version); this program reads \(BundleDescription.currentVersion)")
      }
      return try SealedJSON.decode(BundleDescription.self, from: bytes, path: path)
    } catch let error as CorruptFile { throw BundleError(.damaged, path, error.reason) }
  }

  private struct VersionOnly: Decodable { var version: Int }

  /// Holds every file against the description.
  ///
  /// - Throws: `BundleError` naming the first file that differs.
  private static func check(
    _ description: BundleDescription, in folder: FilePath, _ verification: Verification
  ) throws {
    let names = Set(description.files.map(\.name))
    let needed = [BuiltIndexFormat.fileName, ItemStoreFormat.fileName, description.embedder?.state].compactMap { $0 }
    if let name = needed.first(where: { !names.contains($0) }) {
      throw BundleError(.damaged, folder.appending(BundleDescription.fileName), "it does not list the file \(name)")
    }
    for file in description.files {
      if let fault = fault(of: file, in: folder, verification) {
        throw BundleError(.damaged, folder.appending(file.name), fault)
      }
    }
  }

  private static func fault(
    of file: CommittedFile, in folder: FilePath, _ verification: Verification
  ) -> String? {
    let path = folder.appending(file.name)
    guard file.isInside else { return "its name leads out of the bundle" }
    do {
      let size = try FileStatus(of: path).size
      if size != file.size { return "\(size) bytes; \(file.size) were exported" }
      guard verification == .digests else { return nil }
      let digest = try Digest.ofFile(at: path).digest
      return digest == file.digest ? nil : "its digest is not that of the file that was exported"
    } catch { return error.errno == .noSuchFileOrDirectory ? "the file is missing" : "\(error)" }
  }

  /// What is wrong with the bundle in a folder, file by file; empty if it is sound. For `verify`.
  ///
  /// - Throws: `BundleError` if `bundle.json` itself cannot be used.
  public static func faults(in path: FilePath) throws -> [BundleError] {
    try reading(path) { folder in
      let description = try describe(folder)
      let strangers = Set(try SystemDisk().list(folder)).subtracting(description.topLevelNames).sorted()
      return description.files.compactMap { file in
        fault(of: file, in: folder, .digests).map { BundleError(.damaged, folder.appending(file.name), $0) }
      } + strangers.map { BundleError(.damaged, folder.appending($0), "is no part of the bundle") }
    }
  }
}

extension CommittedFile {
  /// Whether the name stays below its folder.
  var isInside: Bool {
    let path = FilePath(name)
    return path.isRelative && path.components.allSatisfy { $0.kind == .regular } && !path.isEmpty
  }
}
