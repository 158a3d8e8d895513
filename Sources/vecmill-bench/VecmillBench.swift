import ArgumentParser

@main
struct VecmillBench: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "vecmill-bench", abstract: "Benchmarks of Vecmill, one subject each.",
    subcommands: [CNNBench.self, MediaBench.self, PQBench.self, PQIndex.self, PQSearch.self, TextEmbedding.self])
}
