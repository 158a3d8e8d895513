import Artifacts

/// A run, or a phase of it, needs more memory than its ceiling.
public struct TooLittleMemory: Error, CustomStringConvertible {
  public var stage: String
  public var phase: String
  /// What the run needs in all for it.
  public var needed: Int
  public var ceiling: Int

  public var description: String {
    "--memory of \(Self.words(ceiling)) is too little: phase \(phase) of stage \(stage) needs \(Self.words(needed)) in all; "
      + "give so much, or let the stage learn from fewer vectors (max_points_per_centroid, sample, fewer lists)"
  }

  private static func words(_ bytes: Int) -> String { "\((bytes + 1 << 20 - 1) >> 20)MiB" }
}

extension Plan {
  /// Refuses a ceiling that the run is known not to keep to: checked before anything is done.
  ///
  /// Sources of vectors tell by their sizes how many there can be. What archives hold is not known before they were read: for them,
  /// phases that learn from the whole input are checked when they begin.
  ///
  /// - Throws: `TooLittleMemory`.
  public func check(memory ceiling: Int, threads: Int) throws {
    let readers = stages.filter { !$0.recipe.sources.isEmpty }
    let areVectors = readers.allSatisfy { if case .vectors = $0.declaration.stage.output { true } else { false } }
    let rows = areVectors ? readers.reduce(0) { $0 + $1.rowsAtMost } : 0
    for planned in stages where planned.mustRun {
      for phase in planned.declaration.stage.phases {
        try planned.check(phase, memory: ceiling, threads: threads, rows: rows)
      }
    }
  }
}

extension ArtifactType {
  /// Values of a vector where the pipeline's file does not tell, as with files of vectors.
  public static let assumedDimension = 256
}

extension Job {
  /// Refuses work that is larger than was foreseen, as where vectors are longer than assumed.
  ///
  /// - Throws: `TooLittleMemory`.
  public func check(memory bytes: Int) throws {
    guard bytes > memory else { return }
    throw TooLittleMemory(
      stage: stage, phase: phase.name, needed: Run.Options.base + bytes, ceiling: Run.Options.base + memory)
  }
}

extension PlannedStage {
  /// Rows that the sources of vectors can have, by their sizes.
  fileprivate var rowsAtMost: Int {
    guard case .vectors(let dimension) = declaration.stage.output else { return 0 }
    return recipe.sources.reduce(0) { $0 + $1.size } / (4 * max(1, dimension ?? ArtifactType.assumedDimension))
  }

  /// - Throws: `TooLittleMemory` if a job on so many rows does not fit below the ceiling, alone.
  func check(_ phase: Phase, memory ceiling: Int, threads: Int, rows: Int) throws {
    let job = declaration.stage.memory(of: phase, threads: phase.isParallel ? threads : 1, rows: rows)
    let needed = Run.Options.base + job
    if needed > ceiling { throw TooLittleMemory(stage: name, phase: phase.name, needed: needed, ceiling: ceiling) }
  }
}
