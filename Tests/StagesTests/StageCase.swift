import Pipelines
import Stages
import Tensors
import TestSupport
import Testing

/// A pipeline that the conformance suite runs: small, of several shards an archive, with every kind of stage that it can hold.
struct StageCase: Sendable, CustomTestStringConvertible {
  let name: String
  let text: String

  var testDescription: String { name }

  /// Cases that can run here: those whose embedders are built in.
  static let all = [articles, vectors, pictures, network].filter { $0.kinds != nil }

  /// Kinds that the case runs; nil if its file is not right here.
  var kinds: Set<String>? {
    guard let folder = try? TemporaryFolder(), (try? prepare(folder)) != nil else { return nil }
    return Site(folder, text).file.pipeline.map { Set($0.stages.map(\.kind.name)) }
  }

  /// Writes what the pipeline reads beside the fixtures.
  func prepare(_ folder: TemporaryFolder) throws {
    let vectors = clustered(700, 16, seed: 5)
    try folder.write("vectors/a.npy", vectors[rows: 0..<300].numpyBytes)
    try folder.write("vectors/b.npy", vectors[rows: 300..<310].numpyBytes)
    try folder.write("vectors/c.fvecs", vectors[rows: 250..<700].fvecs)
    try folder.write("queries/q.npy", clustered(40, 16, seed: 6).numpyBytes)
  }

  static let articles = StageCase(
    name: "articles",
    text: """
      pipeline: articles
      stages:
        articles: {kind: ingest, media: text, from: ["{fixtures}/articles/*"], caption_field: title, shard_size: 32}
        long: {kind: filter, input: articles, min_bytes: 120}
        distinct: {kind: deduplicate, input: long}
        features: {kind: featurize, input: distinct, embedder: hashing, hashing: {dimensions: 32, features: 4096}}
        unit: {kind: normalize, input: features, steps: [center, {pca: 16, whiten: true}, l2], sample: 100}
        index: {kind: index, input: unit, type: "PQ4x4", metric: cosine}
        quality: {kind: evaluate, input: index, queries: 30, require: {recall@10: 0.05}}
        files: {kind: export, input: index, formats: [faiss, npy, parquet, fvecs, fbin], to: "{out}"}
        live: {kind: publish, input: files, name: articles}
      """)

  static let vectors = StageCase(
    name: "vectors",
    text: """
      pipeline: vectors
      stages:
        raw: {kind: ingest, media: vectors, from: ["{data}/vectors/*"], shard_size: 64}
        queries: {kind: ingest, media: vectors, from: ["{data}/queries/*.npy"]}
        distinct: {kind: deduplicate, input: raw, distance: 0.0001}
        unit: {kind: normalize, input: distinct, steps: [center, l2]}
        index: {kind: index, input: unit, type: "IVF8,PQ4x4", metric: l2, nprobe: 4}
        quality: {kind: evaluate, input: index, queries: queries, require: {R@100: "> 0.2", latency_p50_ms: 1e9}}
        files: {kind: export, input: index, to: "{out}"}
      """)

  static let pictures = StageCase(
    name: "pictures",
    text: """
      pipeline: pictures
      stages:
        photos: {kind: ingest, media: image, from: ["{fixtures}/photos/scenes*"], shard_size: 30}
        wide: {kind: filter, input: photos, max_aspect: 3, formats: [jpeg, png]}
        features:
          kind: featurize
          input: wide
          embedder: command
          command: {program: "{root}/pipelines/embedders/byte_shares.py", version: "1", dimension: 16}
        index: {kind: index, input: features, type: Flat, metric: ip}
        quality: {kind: evaluate, input: index, queries: 20, shown: 3}
        files: {kind: export, input: index, formats: [npy], to: "{out}"}
      """)

  static let network = StageCase(
    name: "network",
    text: """
      pipeline: network
      stages:
        photos: {kind: ingest, media: image, from: ["{fixtures}/photos/scenes.zip", "{fixtures}/photos/scenes.tar.zst"], shard_size: 16}
        features: {kind: featurize, input: photos, embedder: cnn}
        fit: {kind: adapt, input: features, labels: folder, dimensions: 64}
        index: {kind: index, input: fit, type: "PQ8x4", metric: cosine}
        files: {kind: export, input: index, to: "{out}"}
      """)
}
