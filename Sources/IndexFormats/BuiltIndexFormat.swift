import Artifacts
public import SystemPackage

/// The built index itself: `index.faiss`, copied from where the index stage left it. Rows pass by uncounted.
public struct BuiltIndexFormat: IndexFormat {
  public let name = "faiss"
  public let needs: IndexFormatNeeds = [.index]
  public static let fileName = "index.faiss"

  public init() {}

  public func begin(in folder: FilePath, schema: ExportSchema) throws -> any IndexFormatWriter {
    _ = try RowCounter(self, schema)
    return try Writer(folder, index: schema.index!)
  }

  private final class Writer: IndexFormatWriter {
    private let source: FilePath
    private let file: ExportFile

    init(_ folder: FilePath, index: FilePath) throws {
      source = index
      file = try ExportFile(fileName, in: folder)
    }

    func append(_ shard: ExportShard) throws {}

    func finish() throws -> [CommittedFile] {
      try file.copy(from: source)
      return [try file.finish()]
    }
  }
}
