import Pipelines
import Stages

/// Pipeline files: parsed with the standard catalog, every diagnostic rendered.
enum PipelineFuzz {
  static func run(_ bytes: [UInt8]) {
    // A glob of everything would walk this machine's folders, which is no parser's doing.
    guard !bytes.contains(subsequence: "**"), !bytes.contains(subsequence: "/*") else { return }
    let file = PipelineFile.parse(
      bytes: bytes, path: "fuzz.yaml", overrides: ["a=b"], environment: ["HOME": "/home"], catalog: .standard)
    require(file.pipeline != nil || !file.diagnostics.isEmpty, "a refusal says why")
    for diagnostic in file.diagnostics {
      require(diagnostic.line >= 1 && diagnostic.column >= 1, "a diagnostic has a place")
      require(!diagnostic.render(color: true).isEmpty, "a diagnostic can be shown")
    }
  }

  static func examples() throws -> [[UInt8]] {
    let texts = [
      "pipeline: p\nparams: {a: 1}\nstages:\n  s:\n    kind: ingest\n    media: image\n    from: [${a}]\n    max_rejects: 1%\n",
      "stages: {f: {kind: featurize, input: s, embedder: cnn}, n: {kind: normalize, input: f, steps: [center, {pca: 4}, l2]}}\n",
      "pipeline: q\nstages:\n  i: {kind: index, input: n, type: 'IVF4,PQ4', metric: cosine}\n  e: {kind: evaluate, input: i, require: {recall@10: 0.8}}\n",
      "&a [*a, !!str x, ? {b: c} : d, |\n  text\n]\n",
    ]
    return try FuzzFixtures.files(in: "pipelines").map(FuzzFixtures.bytes) + texts.map { Array($0.utf8) }
  }
}

extension [UInt8] {
  fileprivate func contains(subsequence text: String) -> Bool {
    let part = Array(text.utf8)
    return indices.contains { self[$0...].starts(with: part) }
  }
}
