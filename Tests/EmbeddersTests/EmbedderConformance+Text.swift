import Embedders
import Foundation
import Tensors

extension EmbedderUnderTest {
  static let texts = [
    "The boundary layer of a thin wing", "Ὀδυσσεύς, Straße, 東京の天気", "", "heat transfer in slender bodies at mach 5",
    "the wing and the wing and the boundary of the wing",
  ]

  static var hashing: [EmbedderUnderTest] {
    HashingOptions.Projection.allCases.flatMap { projection in
      HashingOptions.Analyzer.allCases.map { analyzer in
        var options = HashingOptions()
        options.features = 4096
        options.dimensions = 8
        options.projection = projection
        options.analyzer = analyzer
        return EmbedderUnderTest(
          name: "hashing \(analyzer) \(projection)", contents: texts.map(EmbedderContent.text),
          refused: .image(Image(width: 1, height: 1, pixels: [0, 0, 0]))
        ) { [options] in try await fitted(options, texts) }
      }
    }
  }

  static var command: [EmbedderUnderTest] {
    guard let options = CommandOptions.example else { return [] }
    return [
      EmbedderUnderTest(
        name: "command",
        contents: texts.map(EmbedderContent.text) + [.entry(name: "a/ü.bin", bytes: Array(0...255))],
        refused: .image(Image(width: 1, height: 1, pixels: [0, 0, 0]))
      ) { try CommandEmbedder(options, workers: 2) }
    ]
  }
}

extension CommandOptions {
  /// The example program of pipelines/; nil where there is no Python to run it.
  static var example: CommandOptions? {
    let program = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "../../pipelines/embedders/byte_shares.py").standardized
    guard (try? SharedData.output(of: "python3", ["--version"])) != nil else {
      print("skipped: no python3 here")
      return nil
    }
    return CommandOptions(program: program.path, version: "1", dimension: 16, timeout: 20)
  }
}
