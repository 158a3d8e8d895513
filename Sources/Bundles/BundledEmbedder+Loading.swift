import Artifacts
import Embedders
import SystemPackage

extension BundledEmbedder {
  /// The embedder itself.
  ///
  /// - Parameters:
  ///   - state: the path of its state file, if it has one.
  ///   - folder: the bundle's.
  ///   - runsPrograms: whether a `command` embedder may start the program that the bundle names; a bundle from
  ///     elsewhere could name any.
  /// - Throws: `BundleError` if it cannot be made, or is another than the one that made the index.
  func load(state: FilePath?, in folder: FilePath, runsPrograms: Bool) throws -> any Embedder {
    let embedder: any Embedder
    do {
      embedder = try made(try state.map(SystemDisk().read), in: folder, runsPrograms)
    } catch let error as BundleError {
      throw error
    } catch {
      throw BundleError(.query, folder, "its embedder \(identity.phrase) cannot be used: \(error)")
    }
    try check(embedder.identity, of: folder)
    return embedder
  }

  /// - Throws: `BundleError` with both identities if another embedder would make the query.
  func check(_ other: EmbedderIdentity, of folder: FilePath) throws {
    guard other != identity else { return }
    throw BundleError(
      .query, folder,
      "its vectors were made by \(identity.phrase), the query's by \(other.phrase); they cannot be compared")
  }

  private func made(_ state: [UInt8]?, in folder: FilePath, _ runsPrograms: Bool) throws -> any Embedder {
    switch identity.kind {
    case "cnn":
      let model = try state.map { try ConvolutionalModel(bytes: $0) }
      return ConvolutionalEmbedder(model: try model ?? .builtIn(), crop: crop ?? .middle)
    case "hashing":
      guard let state else { throw BundleError(.damaged, folder, "the state of its hashing embedder is not named") }
      return try HashingEmbedder(stateFile: state)
    case "command":
      return try program(in: folder, runsPrograms)
    default:
      throw BundleError(.version, folder, "its embedder is of kind \(identity.kind), which this program does not have")
    }
  }

  private func program(in folder: FilePath, _ runsPrograms: Bool) throws -> any Embedder {
    guard let command else { throw BundleError(.damaged, folder, "the program of its command embedder is not named") }
    guard runsPrograms else {
      throw BundleError(
        .query, folder,
        "its queries are embedded by the program \(command.options.program), which was not allowed to run")
    }
    return try CommandEmbedder(try command.options(in: folder), workers: 1)
  }
}
