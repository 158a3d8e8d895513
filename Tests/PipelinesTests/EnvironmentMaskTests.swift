import Artifacts
import Pipelines
import Testing

@Suite struct EnvironmentMaskTests {
  private let mask = EnvironmentMask(["TOKEN": "s3cret-token", "SHORT": "abc", "EMPTY": "", "PORT": "1234567"])
  private func hidden(_ name: String, _ value: String) -> String { "${env:\(name)} sha256:\(Digest(of: value).hex.prefix(16))" }

  @Test func valuesAreReplacedByTheirDigests() {
    #expect(mask.masked("s3cret-token") == hidden("TOKEN", "s3cret-token"))
    #expect(mask.masked("Bearer s3cret-token!") == "Bearer \(hidden("TOKEN", "s3cret-token"))!")
    #expect(mask.masked("abc") == hidden("SHORT", "abc"))
  }

  @Test func shortValuesInsideOthersAreNotTouched() {
    #expect(mask.masked("abcdef") == "abcdef" && mask.masked("") == "")
  }

  @Test func optionsAreMaskedWhereverTheyAre() {
    let json = #"{"a":["--token","s3cret-token"],"n":1234567,"o":{"x":"s3cret-tokens"},"y":true}"#
    let masked = mask.masked(json: json)
    #expect(!masked.contains("s3cret") && !masked.contains("1234567") && masked.contains(#""y":true"#))
    #expect(EnvironmentMask([:]).masked(json: json) == json)
  }
}
