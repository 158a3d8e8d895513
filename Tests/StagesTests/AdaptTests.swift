import Artifacts
import Bundles
import Foundation
import IndexFormats
import Media
import Pipelines
import Stages
import SystemPackage
import Tensors
import TestSupport
import Testing
import VectorSearch

@Suite struct AdaptTests {
  private static func text(_ adapt: String, shard: Int = 16) -> String {
    """
    pipeline: p
    stages:
      photos: {kind: ingest, media: image, from: ["{fixtures}/photos/scenes.zip", "{fixtures}/photos/scenes.tar.zst"], shard_size: \(shard)}
      features: {kind: featurize, input: photos, embedder: cnn}
      unit: {kind: normalize, input: features}
      fit: {kind: adapt, input: unit\(adapt)}
      index: {kind: index, input: fit, type: Flat, metric: cosine}
      files: {kind: export, input: index, to: "{out}"}
    """
  }

  private func adapted(_ adapt: String) async throws -> Site {
    let site = Site(try TemporaryFolder(), Self.text(adapt))
    try await site.run(jobs: 4)
    return site
  }

  /// Shares of the records whose nearest other one, by cosine, lies in a folder of the same name.
  private func precision(_ site: Site, _ stage: String) throws -> Double {
    let vectors = try site.vectors(stage).scaledToUnitLength()
    let folders = try site.records("photos").map { String($0.entry.split(separator: "/").first!) }
    let right = (0..<vectors.rows).count { row in
      let nearest = (0..<vectors.rows).filter { $0 != row }.max { dot(vectors, row, $0) < dot(vectors, row, $1) }!
      return folders[nearest] == folders[row]
    }
    return Double(right) / Double(vectors.rows)
  }

  private func dot(_ vectors: Matrix, _ a: Int, _ b: Int) -> Float {
    zip(vectors[row: a], vectors[row: b]).reduce(0) { $0 + $1.0 * $1.1 }
  }

  @Test func labelsAreOfFoldersOrOfFields() async throws {
    let folders = try await adapted(", labels: folder")
    let notes = try folders.manifest("fit").whole("fit")!.notes
    let rows = try folders.vectors("unit").rows
    #expect(notes["labels"]?.integer ?? 0 > 3 && notes["sample"]?.integer == rows)
    let (before, after) = (try precision(folders, "unit"), try precision(folders, "fit"))
    #expect(after > before && after > 0.9, "\(before) → \(after)")
    // The archive without sidecars has no field: its photos are mapped, and not learned from.
    let fields = try await adapted(", labels: {field: class}")
    let learned = try fields.manifest("fit").whole("fit")!.notes["sample"]!.integer!
    #expect(learned > 10 && learned <= rows)
    #expect(try fields.vectors("fit").rows == rows)
  }

  @Test func withoutLabelsVectorsAreCentredAndWhitened() async throws {
    let site = try await adapted(", shrinkage: 0, dimensions: 8")
    let matrix = try site.vectors("fit")
    #expect(matrix.columns == 8 && matrix.columnMeans.allSatisfy { abs($0) < 1e-4 })
    for column in 0..<8 {
      let variance = (0..<matrix.rows).reduce(0.0) { $0 + Double(matrix[$1, column] * matrix[$1, column]) } / Double(matrix.rows)
      #expect(abs(variance - 1) < 0.01)
    }
  }

  /// The map lies in front of the exported index and in `preprocessing.npz`: a raw embedding finds its own item.
  @Test(arguments: [", labels: folder, dimensions: 24", ""])
  func theMapTravelsInTheBundle(_ adapt: String) async throws {
    let site = try await adapted(adapt)
    let raw = try site.vectors("features")
    let ids = try site.ids("features")
    let searcher = try BundleSearcher(Bundle.open(site.out))
    for row in [0, 7, raw.rows - 1] {
      let answer = try await searcher.search(.vectors(raw[rows: row..<row + 1], madeBy: nil), options: .init(k: 3))
      #expect(answer.hits[0].item.id == ids[row] && abs(answer.hits[0].score - 1) < 1e-4)
    }
    let archive = try NumpyArchive(
      parsing: Array(Data(contentsOf: URL(fileURLWithPath: site.out.appending(Preprocessing.fileName).string))), subject: "npz")
    let steps = try Preprocessing(archive).steps
    #expect(steps.map(\.name).prefix(2) == ["l2", adapt.isEmpty ? "pca" : "linear"])
    guard case .linear(_, let matrix, _) = steps[1] else { return }
    #expect(matrix.columns == 192 && matrix.rows == (adapt.isEmpty ? 192 : 24))
  }

  @Test func whatCannotBeIsRefused() async throws {
    let folder = try TemporaryFolder()
    for adapt in [", labels: {field: ''}", ", dimensions: 193", ", labels: both", ", labels: {column: a}"] {
      #expect(throws: WrongPipeline.self, "\(adapt)") { try Site(folder, Self.text(adapt)).pipeline() }
    }
    let site = Site(folder, Self.text(", labels: {field: nothing}"))
    let error = await #expect(throws: StageError.self) { try await site.run() }
    #expect("\(error!)".contains("the field nothing gives 0 of"), "\(error!)")
  }
}
