import ArgumentParser

@main
struct Vecmill: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "vecmill",
    abstract: "Turn archives of images and text into vector-search indexes.")
}
