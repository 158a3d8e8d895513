import Artifacts
import Pipelines
import Tensors
import VectorSearch

/// `normalize`: centering, principal components and unit length, fitted on a sample and kept for queries.
struct NormalizeStage: Stage {
  enum Step: Sendable {
    case center
    case pca(dimensions: Int, whiten: Bool, epsilon: Float)
    case l2
  }

  let steps: [Step]
  let sample: Int
  let inputDimension: Int?
  var retraining = Retraining()

  var isFitted: Bool { steps.contains { if case .l2 = $0 { false } else { true } } }

  var output: ArtifactType {
    let last = steps.compactMap { if case .pca(let dimensions, _, _) = $0 { dimensions } else { nil } }.last
    return .vectors(dimension: last ?? inputDimension)
  }

  var phases: [Phase] { [Phase("fit", .whole, isParallel: true, inherits: true), TransformFile.applying] }

  func memory(of phase: Phase, threads: Int) -> Int {
    phase.name == "fit" ? 3 * sample * (inputDimension ?? 512) * 4 : 64 << 20
  }

  func run(_ job: Job) async throws {
    if job.phase.name == "fit" { try fit(job) } else { try TransformFile.apply(job) }
  }

  private func fit(_ job: Job) throws {
    let input = job.inputs[0]
    let manifest = try input.manifest
    guard manifest.rows > 0 else { throw EmptyInput(stage: input.stage) }
    let dimension = try VectorShards.vectors(manifest.shards.first { $0.rows > 0 }!, in: input.artifact).columns
    guard let reason = try keepFit(job, dimension: dimension) else { return }
    let sample = try drawn(isFitted ? sample : 1, job, dimension: dimension)
    var current = sample
    var chain: [VectorTransform] = []
    for step in steps {
      try Task.checkCancellation()
      let transform = try fitted(step, current, job)
      current = transform.applied(to: current, threads: job.threads)
      chain.append(transform)
    }
    try commit(chain, on: sample, for: reason, job)
  }

  private func fitted(_ step: Step, _ sample: Matrix, _ job: Job) throws -> VectorTransform {
    switch step {
    case .l2: return .l2
    case .center: return .linear(try LinearTransform.centering(of: sample))
    case .pca(let dimensions, let whiten, let epsilon):
      guard sample.rows > dimensions else {
        throw StageFault(option: "steps", "pca to \(dimensions) values needs more vectors than that; there are \(sample.rows)")
      }
      let components = try PrincipalComponents(of: sample, threads: job.threads)
      return .linear(try LinearTransform(components, dimensions: dimensions, whiten: whiten, epsilon: epsilon))
    }
  }
}

/// A stage that must learn from its input has none.
struct EmptyInput: Error, CustomStringConvertible {
  let stage: String
  var description: String {
    "the stage \(stage) left nothing to work on: every entry was rejected or filtered out, or the archives are empty"
  }
}
