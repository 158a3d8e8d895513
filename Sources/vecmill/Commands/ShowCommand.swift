import ArgumentParser
import Artifacts
import Bundles
import IndexFormats
import Registries
import SystemPackage

struct ShowCommand: ReportingCommand {
  static let configuration = CommandConfiguration(
    commandName: "show", abstract: "Print an item's original bytes, out of its archive; or all that is known of a version.",
    discussion: """
      The bytes are held against the digest that they had when they were indexed. With --json, what is known of the item is printed \
      instead of its bytes.

      EXAMPLES:
        vecmill show out/photos 8012345 --output cat.jpg
        vecmill show photos 8012345 | feh -
        vecmill show photos@8
      """)

  @OptionGroup var place: BundleArguments
  @Argument(help: "The item's id, as search tells it; without one, the version itself is shown.")
  var id: Int64?
  @Option(name: .shortAndLong, help: ArgumentHelp("Write the bytes to a file.", valueName: "file"), completion: .file())
  var output: String?
  @Flag(name: .long, help: "Write the bytes to a terminal, too.")
  var force = false
  @OptionGroup var format: OutputOptions

  func run() async throws {
    guard let id else { return try tellVersion() }
    let searcher = try place.searcher()
    if format.json { return try tellItem(id, searcher) }
    if output == nil && Output.isTerminal && !force {
      throw Failure.usage("an item's bytes would spoil the terminal; give --output FILE, pipe them on, or insist with --force")
    }
    let bytes = try searcher.show(id).bytes
    if let output {
      try DurableFile.commit(bytes, at: FilePath(output))
    } else {
      try Output.bytes(bytes)
    }
  }

  private func tellVersion() throws {
    let workspace = Workspace(at: place.workspace.path)
    guard let reference = try BundleLocation.reference(place.bundle, in: workspace) else {
      _ = try BundleLocation.version(of: place.bundle, in: workspace)
      throw Failure.usage("give the id of an item of \(place.bundle), or a version of the registry such as photos@8")
    }
    let registry = Registry.bundles(of: workspace)
    let report = VersionReport(try registry.record(of: reference), try registry.state(of: reference.name))
    if format.json { try Output.json(report) } else { try Output.text(report.text) }
  }

  private func tellItem(_ id: Int64, _ searcher: BundleSearcher) throws {
    guard let item = try searcher.bundle.items.items(ids: [id])[0] else {
      throw BundleError(.query, "id \(id)", "the bundle \(place.bundle) has no such item")
    }
    try Output.json(ItemReport(item: item, path: (try? searcher.sources.path(of: item.archive))?.string))
  }
}

/// What is known of an item.
struct ItemReport: Encodable {
  var item: Item
  /// Where its archive lies now.
  var path: String?

  private enum Key: String, CodingKey {
    case id, archive, path, entry, ordinal, offset, size, digest, format, width, height, caption, text, fields
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    try container.encode(item.id, forKey: .id)
    try container.encode(item.archive, forKey: .archive)
    try container.encodeIfPresent(path, forKey: .path)
    try container.encode(item.entry, forKey: .entry)
    try container.encode(item.ordinal, forKey: .ordinal)
    try container.encodeIfPresent(item.offset, forKey: .offset)
    try container.encode(item.size, forKey: .size)
    try container.encode(item.digest, forKey: .digest)
    try container.encode(item.format, forKey: .format)
    try container.encodeIfPresent(item.width, forKey: .width)
    try container.encodeIfPresent(item.height, forKey: .height)
    try container.encodeIfPresent(item.caption, forKey: .caption)
    try container.encodeIfPresent(item.text, forKey: .text)
    try container.encodeIfPresent(item.fields.flatMap(EncodedFields.init), forKey: .fields)
  }
}
