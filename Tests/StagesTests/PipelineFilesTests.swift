import Foundation
import Pipelines
import Stages
import TestSupport
import Testing

@Suite struct PipelineFilesTests {
  static let files: [URL] = {
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    let all = try? FileManager.default.contentsOfDirectory(
      at: root.appendingPathComponent("pipelines"), includingPropertiesForKeys: nil)
    return (all ?? []).filter { $0.pathExtension == "yaml" }.sorted { $0.path < $1.path }
  }()

  @Test func theCatalogIsSound() { #expect(StageCatalog.standard.faults == []) }

  @Test(arguments: files) func aFileIsRight(file: URL) throws {
    let text = try String(contentsOf: file, encoding: .utf8)
    let read = PipelineFile.parse(text: text, path: file.lastPathComponent, catalog: StageCatalog.standard)
    #expect(read.diagnostics == [], "\(read.render(color: false))")
  }

  @Test(.enabled(if: PythonSchema.isAvailable, "Python with jsonschema and yaml is not installed"))
  func filesFitTheSchema() throws {
    let texts = try Self.files.map { try String(contentsOf: $0, encoding: .utf8) }
    let verdicts = try PythonSchema.verdicts(of: texts, schema: JSONSchema(catalog: StageCatalog.standard).text)
    #expect(verdicts == texts.map { _ in "valid" })
  }
}
