import IndexFormats
import Pipelines

extension ExportStage {
  static let kind = StageKind(
    name: "export", summary: "Writes a bundle for search, and other formats beside it, in one step.", version: 1,
    input: "an index",
    options: [
      OptionSpec(
        "formats", .list(of: .choice(IndexFormatCatalog.all.map(\.name))), default: .list([.text("faiss")]),
        "faiss (always there), npy (clip-retrieval's layout), parquet, fvecs, fbin."),
      OptionSpec("to", .text, key: false, "The folder that becomes the bundle; it is replaced in one step."),
    ],
    make: { options, inputs in
      guard inputs[0].type == .index else {
        throw StageFault(option: "input", "export takes an index; \(inputs[0].stage) makes \(inputs[0].type)")
      }
      // The index and the items are in every bundle.
      let beside = options.texts("formats").filter { $0 != "faiss" && $0 != "sqlite" }
      return ExportStage(
        formats: beside.compactMap(IndexFormatCatalog.format(named:)), target: options.text("to"))
    })
}
