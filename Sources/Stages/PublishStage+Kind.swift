import Pipelines
import Registries

extension PublishStage {
  static let kind = StageKind(
    name: "publish", summary: "Makes a bundle a numbered version of the workspace's registry, if every gate let it pass.",
    version: 1, input: "a bundle",
    options: [
      OptionSpec("name", .text, "The name that it is a version of, such as photos."),
      OptionSpec(
        "on_pass", .text, default: .text("promote"),
        "What a version whose gates are met becomes: promote (the champion), none, or an alias such as challenger."),
      OptionSpec("link", .text, default: .null, "A symbolic link that follows the champion, such as /srv/photos/current."),
      OptionSpec(
        "hook", .text, default: .null,
        "A shell command that runs after the champion moved; VECMILL_NAME, VECMILL_VERSION and VECMILL_PATH tell it where to."),
    ],
    make: { options, inputs in
      guard case .bundle(let folder) = inputs[0].type else {
        throw StageFault(option: "input", "publish takes a bundle; \(inputs[0].stage) makes \(inputs[0].type)")
      }
      do {
        return PublishStage(
          bundle: folder, name: try RegistryReference.checkedName(options.text("name")),
          alias: try alias(options.text("on_pass")), link: options.optionalText("link"), hook: options.optionalText("hook"))
      } catch let error as RegistryError {
        throw StageFault(option: error.subject == options.text("name") ? "name" : "on_pass", "\(error)")
      }
    })

  private static func alias(_ text: String) throws(RegistryError) -> String? {
    switch text {
    case "none": nil
    case "promote": RegistryReference.champion
    default: try RegistryReference.checkedAlias(text)
    }
  }
}
