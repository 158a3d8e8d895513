import Artifacts
import Media
import Pipelines

extension IngestStage {
  static let kind = StageKind(
    name: "ingest", summary: "Reads archives, folders and files into records, or takes vectors that exist already.",
    version: 2, input: nil,
    options: [
      OptionSpec("media", .choice(Medium.allCases.map(\.rawValue)), "What the archives hold."),
      OptionSpec(
        "from", .list(of: .text), key: false,
        "Globs of archives (tar, tar.gz/bz2/xz/zst, zip, 7z), folders or files; `**` stands for any folders."),
      OptionSpec(
        "identity", .choice(RecordOptions.Identity.allCases.map(\.rawValue)), default: .text("entry"),
        "What makes a record's id: the names of archive and entry, or the content."),
      OptionSpec(
        "max_rejects", .shareOrCount, default: .text("1%"), key: false,
        "Rejects that the stage may have before it fails: a share or a count."),
      OptionSpec(
        "damaged_archives", .choice(["fail", "keep"]), default: .text("fail"),
        "Whether an archive that is cut short fails the stage, or is one reject and its good entries are kept."),
      OptionSpec("max_entries", .integer(1...Int.max), default: .integer(10_000_000), "Entries an archive, at most."),
      OptionSpec("max_entry_bytes", .size, default: .text("256MiB"), "Bytes an entry, at most."),
      OptionSpec("max_archive_bytes", .size, default: .text("1TiB"), "Bytes of an archive's entries together, at most."),
      OptionSpec(
        "max_total_entries", .integer(1...Int.max), default: .integer(1_000_000_000), key: false,
        "Entries of all archives together, at most."),
      OptionSpec(
        "max_total_bytes", .size, default: .text("64TiB"), key: false,
        "Bytes of the records of all archives together, at most."),
      OptionSpec(
        "max_inflation", .integer(1...1_000_000), default: .integer(200),
        "Bytes that a byte of an archive, or of a zip's entry, may become, once 64 MiB came out."),
      OptionSpec(
        "max_entry_seconds", .number(0.001...1e6), default: .integer(60),
        "Seconds of processor time for reading an entry, and for decoding a picture, at most."),
      OptionSpec("max_pixels", .integer(1...Int.max), default: .integer(100_000_000), "Pixels a picture, at most."),
      OptionSpec("max_scans", .integer(1...Int.max), default: .integer(64), "Scans of a progressive JPEG, at most."),
      OptionSpec(
        "shard_size", .integer(1...1_000_000), default: .null,
        "Records a shard: the unit of streaming and of loss; 128 pictures, 2048 texts or 16384 vectors."),
      OptionSpec(
        "unit", .choice(TextOptions.Unit.allCases.map(\.rawValue)), default: .text("entry"),
        "Whether a .txt entry is one record or one a line."),
      OptionSpec(
        "text_field", .either([.text, .list(of: .text)]), default: .text("text"),
        "The field or column with the text, in .jsonl, .csv and .tsv; of a list, as [title, text], the last, and the others before it."
      ),
      OptionSpec("id_field", .text, default: .text("id"), "The field or column that names the record there."),
      OptionSpec("caption_field", .text, default: .null, "The field or column shown with hits."),
    ],
    make: { options, _ in try IngestStage(options) })

  init(_ options: StageOptions) throws {
    let medium = Medium(rawValue: options.text("media"))!
    self.medium = medium
    patterns = options.texts("from").map { path in
      // A folder of vectors stands for its files; one of pictures or texts is read as an archive.
      medium == .vectors && VectorFolder.isFolder(path) ? VectorFolder.root(of: path) + "/*" : path
    }
    if patterns.isEmpty { throw StageFault(option: "from", "names no archive; give a glob, a folder or a file") }
    var records = RecordOptions(media: medium == .text ? .text : .image)
    records.identity = RecordOptions.Identity(rawValue: options.text("identity"))!
    records.shardSize =
      options.optionalInteger("shard_size") ?? [.image: 128, .text: 2048, .vectors: 16384][medium]!
    let ceilings = IngestCeilings(options)
    records.archives = ceilings.archives
    records.images = ceilings.images
    tally = IngestTally(maxEntries: options.integer("max_total_entries"), maxBytes: options.integer("max_total_bytes"))
    records.texts.unit = TextOptions.Unit(rawValue: options.text("unit"))!
    let fields = options["text_field"].text.map { [$0] } ?? options.texts("text_field")
    guard let field = fields.last else {
      throw StageFault(option: "text_field", "names no field; give one, or a list as [title, text]")
    }
    records.texts.textField = field
    records.texts.leadingFields = fields.dropLast()
    records.texts.idField = options.text("id_field")
    records.texts.captionField = options.optionalText("caption_field")
    self.options = records
    let limit = options["max_rejects"]
    rejectLimit = limit.share.map(RejectLimit.share) ?? limit.integer.map(RejectLimit.count)
    keepsDamaged = options.text("damaged_archives") == "keep"
    dimension = medium == .vectors ? Self.dimension(of: patterns) : nil
  }

  /// Values a row of the first file, if it is there already.
  private static func dimension(of patterns: [String]) -> Int? {
    let first = try? SourceFinder.paths(patterns).first(where: VectorFolder.isVectors)
    return first.flatMap { try? VectorFile(path: $0).columns }
  }
}
