import Foundation
import Testing

/// Names and captions out of archives act on nothing: no terminal, no page, no folder.
@Suite struct EvilNamesTests {
  private static let kept = [
    "<img src=x onerror=alert(1)>.jpg", "'\"><script>alert(2)</script>.jpg", "photo\u{202E}gpj.exe.jpg", "$(touch pwned).jpg",
    "; touch pwned & %n %s {{x}}.jpg", "a\u{2028}b\u{200B}c.jpg", "not utf-8 \\xff.jpg",
  ]
  private static let refused = [
    "\u{1B}[2Jcleared.jpg", "\u{9B}31mred.jpg", "../../climbs.jpg", "/tmp/absolute.jpg", "line\nfeed.jpg", "C:\\drive.jpg",
    "bell\u{7}<b>.jpg", "/photo\u{202E}gpj.exe.jpg",
  ]
  private static let caption = "\u{1B}]0;title\u{7}<script>alert(3)</script>\u{202E}caption\u{9B}1m\u{7F}"

  @Test func namesAndCaptionsAreShownAndNeverObeyed() throws {
    let sandbox = try Sandbox.pictures()
    try Self.tar(in: sandbox).write(to: sandbox.url.appending(path: "evil.tar"))
    let arguments = ["--set", "archives=evil.tar", "--set", "max_rejects=100%", "--report", "page.html"]
    let run = try Program(["run", "pictures.yaml", "--progress", "lines"] + arguments, in: sandbox).ended()
    #expect(run.status == 0, "\(run.err)")
    expectHarmless(run, "run")

    let page = sandbox.text("page.html")
    expectHarmless(page, "report")
    #expect(
      !page.contains("<img src=x") && !page.contains("<script>alert") && page.contains("unsafe-name"), "the rejects are counted")

    let again = try Program(["run", "pictures.yaml", "--progress", "json", "--force", "pictures"] + arguments, in: sandbox)
      .ended()
    expectHarmless(again, "run --progress json")
    for words in [["verify", ".vecmill"], ["verify", "out/pictures"], ["status"], ["status", "--json"]] {
      expectHarmless(try Program(words, in: sandbox).ended(), words.joined(separator: " "))
    }
    try expectFound(in: sandbox)
    try expectRejects(in: sandbox)
    #expect(!sandbox.exists("pwned") && !sandbox.exists("../climbs.jpg") && !sandbox.exists("../../climbs.jpg"))
    for file in sandbox.files(below: ".").keys {
      #expect(
        !["climbs", "script", "alert", "exe"].contains { file.contains($0) }, "no file bears a name out of an archive: \(file)")
    }
  }

  private func expectFound(in sandbox: Sandbox) throws {
    let json = try sandbox.vecmill("search", "out/pictures", "--image", "picture-0.jpg", "-k", "20", "--json")
    expectHarmless(json, "search --json")
    let hits = try #require(json.json["hits"] as? [[String: Any]])
    #expect(Set(hits.compactMap { $0["entry"] as? String }) == Set(Self.kept))
    expectHarmless(try sandbox.vecmill("search", "out/pictures", "--image", "picture-0.jpg", "-k", "20"), "search")
    for hit in hits {
      let id = "\(try #require(hit["id"] as? Int))"
      let facts = try sandbox.vecmill("show", "out/pictures", id, "--json")
      expectHarmless(facts, "show --json")
      #expect(facts.json["entry"] as? String == hit["entry"] as? String)
      #expect(try sandbox.vecmill("show", "out/pictures", id, "--output", "shown").status == 0)
    }
    expectHarmless(try sandbox.vecmill("search", "out/pictures", "--id", "1", "--where", "x = '\u{1B}[2J'"), "a wrong condition")
  }

  private func expectRejects(in sandbox: Sandbox) throws {
    let files = sandbox.files(below: ".vecmill/artifacts").filter {
      $0.key.hasSuffix("rejects.jsonl") && $0.key.contains("pictures")
    }
    let lines = files.values.flatMap { String(decoding: $0, as: UTF8.self).split(separator: "\n") }
    #expect(lines.count >= Self.refused.count)
    for line in lines {
      let reject = try #require(JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
      let entry = reject["entry"] as? String ?? ""
      // A sidecar goes with the picture of the same name up to the first dot, which one of these names does not have.
      #expect(reject["code"] as? String == "unsafe-name" || entry.hasSuffix(".exe.txt"), "\(entry)")
      expectHarmless(String(line), "rejects.jsonl")
    }
  }

  private func expectHarmless(_ ending: Program.Ending, _ what: String) {
    expectHarmless(ending.out, what)
    expectHarmless(ending.err, what)
  }

  /// Nothing but line breaks of all that a terminal obeys or that hides.
  private func expectHarmless(_ text: String, _ what: String) {
    let bad = text.unicodeScalars.first {
      ($0.value < 0x20 && $0 != "\n") || (0x7F...0x9F).contains($0.value) || $0.properties.generalCategory == .format
        || $0.value == 0x2028
    }
    #expect(bad == nil, "\(what) holds \(bad.map { String($0.value, radix: 16) } ?? "")")
  }
}

extension EvilNamesTests {
  /// Pictures of the fixtures under the names above, each with a caption.
  private static func tar(in sandbox: Sandbox) throws -> Data {
    let script =
      "tar -xf '\(Program.fixture("photos/scenes-0.tar"))' && ls */*.jpg | head -\(kept.count + refused.count) | "
      + "{ n=0; while read f; do cp \"$f\" picture-$n.jpg; rm \"$f\"; n=$((n+1)); done; }"
    #expect(try sandbox.shell(script).status == 0)
    var archive = Data()
    for (number, name) in (kept + refused).enumerated() {
      let raw = name.replacing("\\xff", with: "\u{1}")
      let bytes = Array(raw.utf8).map { $0 == 1 ? 0xFF : $0 }
      let picture = try Data(contentsOf: sandbox.url.appending(path: "picture-\(number).jpg"))
      archive += header(bytes, size: picture.count) + padded(picture)
      guard number < kept.count else { continue }
      let text = Data(caption.utf8)
      archive += header(bytes.dropLast(4) + Array(".txt".utf8), size: text.count) + padded(text)
    }
    return archive + Data(count: 1024)
  }

  /// https://pubs.opengroup.org/onlinepubs/9799919799/utilities/pax.html, "ustar Interchange Format".
  private static func header(_ name: [UInt8], size: Int) -> Data {
    var header = [UInt8](repeating: 0, count: 512)
    func put(_ text: String, at place: Int) { header.replaceSubrange(place..<place + text.utf8.count, with: text.utf8) }
    header.replaceSubrange(0..<name.count, with: name)
    put("0000644", at: 100)
    put(String(format: "%011o", size), at: 124)
    put("        ", at: 148)
    put("0", at: 156)
    put("ustar", at: 257)
    put("00", at: 263)
    put(String(format: "%06o", header.reduce(0) { $0 + Int($1) }), at: 148)
    header[154] = 0
    return Data(header)
  }

  private static func padded(_ bytes: Data) -> Data { bytes + Data(count: (512 - bytes.count % 512) % 512) }
}
