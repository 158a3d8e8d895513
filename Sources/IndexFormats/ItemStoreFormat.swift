import Artifacts
public import SystemPackage

/// The items alone, as `items.sqlite`: what every bundle holds, and what the sqlite3 shell and every language can
/// query.
public struct ItemStoreFormat: IndexFormat {
  public let name = "sqlite"
  public let needs: IndexFormatNeeds = [.items]
  public static let fileName = "items.sqlite"
  private let archives: [ItemArchive]

  /// - Parameter archives: where the items' bytes lie, their paths relative to the export's folder.
  public init(archives: [ItemArchive] = []) { self.archives = archives }

  public func begin(in folder: FilePath, schema: ExportSchema) throws -> any IndexFormatWriter {
    try Writer(self, folder, schema, archives)
  }

  private final class Writer: IndexFormatWriter {
    private let path: FilePath
    private let archives: [ItemArchive]
    private let store: ItemStoreWriter
    private var counter: RowCounter

    init(_ format: ItemStoreFormat, _ folder: FilePath, _ schema: ExportSchema, _ archives: [ItemArchive]) throws {
      counter = try RowCounter(format, schema)
      path = folder.appending(fileName)
      self.archives = archives
      store = try ItemStoreWriter(path)
    }

    func append(_ shard: ExportShard) throws {
      try counter.take(shard)
      try store.append(shard.items)
    }

    func finish() throws -> [CommittedFile] {
      try counter.finish()
      try store.finish(archives: archives)
      let (size, digest) = try Digest.ofFile(at: path)
      return [CommittedFile(name: fileName, size: size, digest: digest)]
    }
  }
}
