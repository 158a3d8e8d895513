import ArgumentParser
import Pipelines

/// Finds the command that a misspelt one was meant to be; the argument parser does so for options only.
enum CommandSpelling {
  static func hint(for arguments: [String]) -> String? {
    guard arguments.count > 1, let word = arguments.dropFirst().first, !word.hasPrefix("-") else { return nil }
    let names = Vecmill.configuration.subcommands.filter { $0.configuration.shouldDisplay }.compactMap {
      $0.configuration.commandName
    }
    return names.contains(word) ? nil : Spelling.hint(for: word, in: names)
  }
}
