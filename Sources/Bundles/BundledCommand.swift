public import Embedders
import SystemPackage

/// The program of a `command` embedder as a bundle keeps it: its files are named from the bundle, wherever that lies.
public struct BundledCommand: Sendable, Equatable, Codable {
  /// Paths in it are relative to the bundle: the program if it holds a `/`, and the arguments at `paths`.
  public private(set) var options: CommandOptions
  /// Places of the arguments that name files.
  public private(set) var paths: [Int]

  /// - Parameters:
  ///   - options: as the embedder was made with, its paths from the working folder.
  ///   - writer: the export that they go into.
  /// - Throws: `DiskError` if a file's folder is not there.
  public init(_ options: CommandOptions, in writer: BundleWriter) throws {
    self.options = options
    if options.program.contains("/") { self.options.program = try writer.relativePath(of: FilePath(options.program)) }
    paths = options.arguments.indices.filter { place in
      guard let status = try? FileStatus(of: FilePath(options.arguments[place])) else { return false }
      return !status.isFolder
    }
    for place in paths {
      self.options.arguments[place] = try writer.relativePath(of: FilePath(options.arguments[place]))
    }
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
