public import Embedders
import SystemPackage

/// The program of a `command` embedder as a bundle keeps it: its files are named from the bundle, wherever that lies.
public struct BundledCommand: Sendable, Equatable, Codable {
  /// Until `name(filesFrom:)` paths in it are from the working folder, then from the bundle: the program if it holds a
  /// `/`, and the arguments at `paths`.
  public private(set) var options: CommandOptions
  /// Places of the arguments that name files.
  public private(set) var paths: [Int] = []

  /// The command as an embedder was made with it.
  public init(_ options: CommandOptions) { self.options = options }

  /// Makes the paths relative to where a bundle will lie.
  ///
  /// - Throws: `DiskError` if a file's folder is not there.
  public mutating func name(filesFrom writer: BundleWriter) throws {
    if options.program.contains("/") { options.program = try writer.relativePath(of: FilePath(options.program)) }
    paths = options.arguments.indices.filter { place in
      guard let status = try? FileStatus(of: FilePath(options.arguments[place])) else { return false }
      return !status.isFolder
    }
    for place in paths { options.arguments[place] = try writer.relativePath(of: FilePath(options.arguments[place])) }
  }

  /// The options with paths that work from anywhere.
  ///
  /// - Throws: `BundleError` if a path's place is no argument's.
  func options(in folder: FilePath) throws -> CommandOptions {
    var options = options
    if options.program.contains("/") { options.program = folder.pushing(FilePath(options.program)).string }
    for place in paths {
      guard options.arguments.indices.contains(place) else {
        throw BundleError(.damaged, folder, "its command has no argument \(place)")
      }
      options.arguments[place] = folder.pushing(FilePath(options.arguments[place])).string
    }
    return options
  }
}
