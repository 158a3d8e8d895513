import Embedders
import FoundationEssentials
import Glibc
import Pipelines
import Registries

extension FeaturizeStage {
  static let kind = StageKind(
    name: "featurize", summary: "Turns records into vectors by an embedder.", version: 4, input: "records",
    options: [
      OptionSpec(
        "embedder",
        .either([
          .choice(["cnn", "hashing", "command"]),
          .map([
            OptionSpec("model", .text, "A version of `vecmill models`, such as fashion, fashion@2 or fashion@challenger.")
          ]),
        ]),
        "cnn: the built-in network, for pictures. hashing: term counts, for texts. command: any program of yours."),
      OptionSpec(
        "crop", .choice(ImageCrop.allCases.map(\.rawValue)), default: .null,
        "cnn: the inner 0.8 of a picture's middle square (inner, the default); the whole middle square; that and once more its inner "
          + "0.7, mirrored, averaged (twice, which finds more and takes twice the network's time); all of it stretched; or all of it "
          + "with bars."),
      OptionSpec(
        "size", .integer(64...128), default: .null,
        "cnn: 64, 96 or 128, the pixels a side that the network sees. 64 (the default) is the fastest, 96 sees finer detail, "
          + "128 is a deeper network that finds most and takes seven times as long."),
      OptionSpec("hashing", .map(hashingSpecs), default: .null, "hashing: how terms are found, weighted and projected."),
      OptionSpec("command", .map(commandSpecs), default: .null, "command: the program and what it makes."),
      OptionSpec(
        "max_rejects", .shareOrCount, default: .text("1%"), key: false,
        "Records that may fail to decode before the stage fails: a share or a count."),
    ],
    make: { options, inputs in
      let limit = options["max_rejects"]
      return FeaturizeStage(
        try method(options, inputs[0]),
        rejectLimit: limit.share.map(RejectLimit.share) ?? limit.integer.map(RejectLimit.count))
    })

  private static let hashingSpecs: [OptionSpec] = [
    OptionSpec("features", .integer(1...1 << 30), default: .integer(1 << 18), "Columns that terms are hashed to."),
    OptionSpec("analyzer", .choice(["word", "char", "char_wb"]), default: .text("word"), "What a term is."),
    OptionSpec(
      "ngrams", .list(of: .integer(1...32)), default: .list([.integer(1), .integer(1)]), "Shortest and longest run of terms."),
    OptionSpec("lowercase", .bool, default: .bool(true), "Whether case is ignored."),
    OptionSpec("strip_accents", .choice(["none", "ascii", "unicode"]), default: .text("none"), "How accents are dropped."),
    OptionSpec("stop_words", .choice(["none", "english"]), default: .text("none"), "Words that are left out."),
    OptionSpec("alternate_sign", .bool, default: .bool(true), "Whether a hash bit gives each term a sign."),
    OptionSpec("binary", .bool, default: .bool(false), "Whether counts are cut to 1."),
    OptionSpec("sublinear", .bool, default: .bool(true), "Whether a count c becomes 1 + ln c."),
    OptionSpec("idf", .bool, default: .bool(true), "Whether terms are weighted by inverse document frequency."),
    OptionSpec("norm", .choice(["l1", "l2", "none"]), default: .text("l2"), "The length a row is divided by."),
    OptionSpec("projection", .choice(["svd", "random", "none"]), default: .text("svd"), "How a row becomes a short vector."),
    OptionSpec("dimensions", .integer(1...16384), default: .integer(256), "Values a vector."),
    OptionSpec("sample", .integer(1...Int.max), default: .integer(20_000), "Texts that svd is fitted on, at most."),
    OptionSpec("fitted_columns", .integer(1...1 << 24), default: .integer(1 << 16), "Columns that svd keeps, at most."),
    OptionSpec("seed", .integer(0...Int.max), default: .integer(0), "Seed of the projection."),
  ]

  private static let commandSpecs: [OptionSpec] = [
    OptionSpec("program", .text, "The program: a path, or a name on the search path."),
    OptionSpec("arguments", .list(of: .text), default: .list([]), "Its arguments."),
    OptionSpec("version", .text, "Raised by you whenever its vectors change; a part of every key."),
    OptionSpec("dimension", .integer(1...65536), "Values a vector that it makes."),
    OptionSpec("timeout", .duration, default: .text("60s"), key: false, "The longest that a batch may take."),
    OptionSpec("startup_timeout", .duration, default: .text("120s"), key: false, "The longest that the first batch may take."),
  ]

  private static func method(_ options: StageOptions, _ input: StageInput) throws -> Method {
    guard case .records(let media) = input.type else {
      throw StageFault(option: "input", "featurize takes records; \(input.stage) makes \(input.type)")
    }
    if case .map(let entries) = options["embedder"] { return try registered(entries, options, media, input) }
    let embedder = options.text("embedder")
    let owners = ["crop": "cnn", "size": "cnn", "hashing": "hashing", "command": "command"]
    for (option, owner) in owners.sorted(by: { $0.key < $1.key }) where !options[option].isNull && owner != embedder {
      throw StageFault(option: option, "is for embedder \(owner), not \(embedder)")
    }
    switch embedder {
    case "cnn": return .convolutional(try convolutional(options, media, input))
    case "hashing": return .hashing(try hashing(options, media, input))
    default: return .command(try command(options))
    }
  }

  private static func registered(
    _ entries: [OptionEntry], _ options: StageOptions, _ media: ArtifactType.Media, _ input: StageInput
  ) throws -> Method {
    guard media == .image else {
      throw StageFault(option: "embedder", "models are for pictures; \(input.stage) makes \(input.type)")
    }
    for option in ["size", "hashing", "command"] where !options[option].isNull {
      throw StageFault(option: option, "is not for an embedder out of the registry")
    }
    do {
      let text = entries.first { $0.key == "model" }?.value.text ?? ""
      return .registered(
        RegisteredMethod(
          reference: try RegistryReference(text), crop: options.optionalText("crop").flatMap(ImageCrop.init) ?? .standard))
    } catch { throw StageFault(option: "embedder.model", "\(error)") }
  }

  private static func convolutional(
    _ options: StageOptions, _ media: ArtifactType.Media, _ input: StageInput
  ) throws -> ConvolutionalMethod {
    guard media == .image else {
      throw StageFault(option: "embedder", "cnn is for pictures; \(input.stage) makes \(input.type): take hashing")
    }
    let size = options["size"].integer ?? 64
    guard ConvolutionalModel.builtInSizes.contains(size) else {
      throw StageFault(option: "size", "is \(size); the built-in networks take 64, 96 or 128")
    }
    let weights = ConvolutionalModel.builtInBytes(size: size)
    return ConvolutionalMethod(
      model: try ConvolutionalModel(bytes: weights), weights: weights,
      crop: options.optionalText("crop").flatMap(ImageCrop.init) ?? .standard)
  }

  private static func hashing(
    _ options: StageOptions, _ media: ArtifactType.Media, _ input: StageInput
  ) throws -> HashingMethod {
    guard media == .text else {
      throw StageFault(option: "embedder", "hashing is for texts; \(input.stage) makes \(input.type): take cnn")
    }
    do {
      let given = options["hashing"].isNull ? .map([]) : options["hashing"]
      let hashing = try JSONDecoder().decode(HashingOptions.self, from: Data(given.canonicalJSON.utf8))
      try hashing.validate()
      return HashingMethod(options: hashing)
    } catch {
      throw StageFault(option: "hashing", "\(error)")
    }
  }

  private static func command(_ options: StageOptions) throws -> CommandMethod {
    let given = options["command"]
    guard !given.isNull else { throw StageFault(option: "command", "names the program that embedder command runs") }
    do {
      let command = try JSONDecoder().decode(CommandOptions.self, from: Data(given.canonicalJSON.utf8))
      let processors = max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN)))
      let log = CommandLog()
      return CommandMethod(
        options: command, embedder: try CommandEmbedder(command, workers: processors, log: log.add), log: log)
    } catch {
      throw StageFault(option: "command", "\(error)")
    }
  }
}
