public import Artifacts
import Glibc
import SystemPackage

/// An artifact and when it was sealed.
struct DatedArtifact {
  var artifact: Artifact
  /// Seconds and nanoseconds of the manifest's file; nil if the artifact is not done.
  var sealed: (Int, Int)?

  init(_ artifact: Artifact) {
    self.artifact = artifact
    var status = stat()
    guard stat(artifact.path(of: Artifact.manifestFileName).string, &status) == 0 else { return }
    sealed = (status.st_mtim.tv_sec, status.st_mtim.tv_nsec)
  }
}

extension [Artifact] {
  /// Those sealed last before those sealed earlier, then those not sealed; by name where the time is the same.
  ///
  /// The time only chooses what to take work from: which was taken stands in a key, or changes no byte.
  func newestFirst() -> [DatedArtifact] {
    map(DatedArtifact.init).sorted { one, other in
      let (mine, theirs) = (one.sealed ?? (-1, 0), other.sealed ?? (-1, 0))
      return mine == theirs ? one.artifact.name < other.artifact.name : mine > theirs
    }
  }
}

extension Workspace {
  /// Done artifacts that the same kind of stage made with the same options and materials, the newest first.
  public func artifacts(like recipe: Recipe, except own: Artifact) throws -> [Artifact] {
    try artifacts().filter { $0.name != own.name }.newestFirst().filter { $0.sealed != nil }.map(\.artifact).filter {
      guard let known = try? $0.recipe() else { return false }
      return known.kind == recipe.kind && known.signature == recipe.signature
    }
  }
}
