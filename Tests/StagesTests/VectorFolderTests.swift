import Artifacts
import Foundation
import Pipelines
import Stages
import SystemPackage
import Tensors
import Testing

/// `media: vectors` with a folder as its source.
@Suite struct VectorFolderTests {
  @Test func aFolderStandsForItsFilesInTheOrderOfTheirNumbers() throws {
    let folder = FilePath(NSTemporaryDirectory()).appending("vecmill-vectors-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(atPath: folder.string) }
    try SystemDisk().makeFolder(folder.appending("img_emb"))
    try SystemDisk().makeFolder(folder.appending("metadata"))
    for number in [0, 2, 10] {
      let matrix = Matrix(rows: 1, columns: 3, values: [1, 2, 3])
      try DurableFile.commit(matrix.numpyBytes, at: folder.appending("img_emb").appending("img_emb_\(number).npy"))
    }
    try DurableFile.commit([1], at: folder.appending("metadata").appending("metadata_0.parquet"))
    let text = """
      pipeline: folder
      stages:
        rows: {kind: ingest, media: vectors, from: "\(folder)"}
      """
    let file = PipelineFile.parse(
      text: text, path: "folder.yaml", overrides: [], environment: [:], catalog: StageCatalog.standard)
    let pipeline = try #require(file.pipeline, "\(file.render(color: false))")
    #expect(pipeline.stages[0].stage.output == .vectors(dimension: 3))
    let plan = try Planner(pipeline, in: Workspace(at: folder.appending("workspace"))).plan()
    #expect(plan.sources.map(\.name) == ["img_emb_0.npy", "img_emb_2.npy", "img_emb_10.npy"])
  }
}
