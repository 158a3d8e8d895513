import Registries
import Testing

struct RegistryReferenceTests {
  @Test(arguments: [
    ("photos", RegistryReference(name: "photos")),
    ("photos@champion", RegistryReference(name: "photos")),
    ("photos@8", RegistryReference(name: "photos", selector: .number(8))),
    ("web-2.x_y@challenger", RegistryReference(name: "web-2.x_y", selector: .alias("challenger"))),
    ("9lives@v2", RegistryReference(name: "9lives", selector: .alias("v2"))),
  ])
  func readsAndWrites(text: String, expected: RegistryReference) throws {
    let reference = try RegistryReference(text)
    #expect(reference == expected)
    #expect(try RegistryReference(reference.description) == expected)
  }

  @Test(arguments: [
    ("", "an empty name"), ("@8", "an empty name"), ("photos@", "neither"), ("photos@0", "numbered from 1"),
    ("a@b@c", "more than one @"),
    ("../x", "is no name"), (".hidden", "is no name"), ("a/b@1", "is no name"), ("größe", "is no name"), ("photos@-1", "neither"),
    ("photos@99999999999999999999", "so great a number"),
  ])
  func refuses(text: String, words: String) {
    let error = #expect(throws: RegistryError.self) { try RegistryReference(text) }
    #expect(error?.code == .reference)
    #expect("\(error!)".contains(words), "\(error!)")
  }
}
