import Artifacts
import Pipelines
import Reports
import SystemPackage
import TestSupport
import Testing

@Suite struct ReportPageTests {
  private static let hostile = "</script><img src=x onerror=alert(1)>'\"&\u{202E}gpj\u{1B}[2J.jpg"

  private static let figures = """
    {"queries":500,"items":240,"metric":"cosine","index":"IVF256,PQ16","nprobe":8,
    "figures":{"R@1":0.44,"R@10":0.93,"10-recall@10":0.57,"bytes_per_vector":24.1,"odd":null},
    "curve":[{"nprobe":1,"10-recall@10":0.3},{"nprobe":8,"10-recall@10":0.57},{"nprobe":64,"10-recall@10":0.62}],
    "requirements":[{"figure":"10-recall@10","threshold":">= 0.8","value":0.57,"isMet":false}]}
    """

  private static func contact(_ name: String, jpeg: String) -> String {
    let name = OptionValue.quoted(name)
    return """
      {"queries":[{"query":{"id":1,"archive":\(name),"entry":\(name),"caption":\(name),"jpeg":"/9j/4AAQ"},
      "hits":[{"rank":1,"score":0.93,"id":2,"archive":\(name),"entry":\(name),"caption":\(name),"jpeg":\(OptionValue.quoted(jpeg))},
      {"rank":2,"score":0.9,"id":3,"text":\(name)}]}]}
      """
  }

  private static func page(_ name: String, jpeg: String = "/9j/AAAA", text: String = "pipeline: photos\n") async throws -> String
  {
    let folder = try RunRecorderTests.folder()
    var pipeline = try RunRecorderTests.pipeline(in: folder, entry: name)
    var quality = FakeStage.evaluate()
    quality.files = [".figures.json": figures, ".contact.json": contact(name, jpeg: jpeg)]
    quality.besides = ["latency.json": #"{"latency_ms":{"mean":0.4,"p50":0.38,"p95":0.7,"p99":null},"threads":1}"#]
    pipeline.add("quality", "evaluate", ["index"], quality)
    pipeline.options = [
      OptionEntry("from", .list([.text(name)])), OptionEntry("steps", .map([OptionEntry("pca", .integer(64))])),
    ]
    return try await RunRecorderTests.record(pipeline, in: folder, text: text).page
  }

  /// Names of the elements of a page.
  private static func tags(_ page: String) -> Set<String> {
    Set(page.split(separator: "<").dropFirst().map { String($0.prefix { $0.isLetter || $0.isNumber || $0 == "/" || $0 == "!" }) })
  }

  @Test func itShowsQualityRejectsAndLineage() async throws {
    let page = try await Self.page("a.jpg")
    for piece in [
      "<h2>Quality<", "0.930", "10-recall@10", "<code>&gt;= 0.8</code>", "<span class=\"state bad\">missed</span>", "Latency p95",
      "0.7 ms", "Bytes per vector", "24.1",
      "<polyline", "data:image/jpeg;base64,/9j/AAAA", "<code>truncated</code>", "and 7 more", "It was never made.",
      "<h2>Lineage<", Digest(of: String(repeating: "a", count: 9000)).hex, "pca: 64", "pipeline: photos", "1.2.3",
    ] { #expect(page.contains(piece), "\(piece)") }
    #expect(page.components(of: "<rect").count > 16)
  }

  @Test func hostileNamesStayText() async throws {
    let page = try await Self.page(
      Self.hostile, jpeg: "x\" onerror=\"alert(1)", text: "# <script>alert(1)</script>\u{1B}\n\ta: 1\n")
    #expect(!page.contains("<script") && !page.contains("<img src=x") && !page.contains("\" onerror"))
    #expect(page.contains("&lt;/script&gt;&lt;img src=x onerror=alert(1)&gt;&#39;&quot;&amp;\\u{202e}gpj\\x1b[2J.jpg"))
    #expect(page.unicodeScalars.allSatisfy { ($0.value >= 0x20 || "\n\t".unicodeScalars.contains($0)) && $0.value != 0x202E })
    let known: Set<String> = [
      "!doctype", "html", "head", "meta", "title", "style", "body", "main", "header", "footer", "section", "article", "h1", "h2",
      "h3",
      "p", "span", "small", "b", "i", "code", "pre", "time", "dl", "dt", "dd", "div", "ul", "li", "table", "thead", "tbody", "tr",
      "th",
      "td", "figure", "figcaption", "img", "svg", "g", "rect", "line", "text", "title", "circle", "polyline", "polygon",
    ]
    let tags = Set(Self.tags(page).map { $0.hasPrefix("/") ? String($0.dropFirst()) : $0 })
    #expect(tags.subtracting(known).isEmpty, "\(tags.subtracting(known))")
  }

  @Test func itFetchesNothing() async throws {
    let page = try await Self.page("a.jpg")
    for piece in ["http:", "https:", "url(", "@import", "<script", "<link", "javascript:"] {
      #expect(!page.contains(piece), "\(piece)")
    }
    #expect(page.contains("default-src 'none'"))
    #expect(page.components(of: "src=\"").dropFirst().allSatisfy { $0.hasPrefix("data:image/jpeg;base64,") })
  }

  @Test func everyElementIsClosed() async throws {
    let page = try await Self.page(Self.hostile)
    for name in [
      "section", "div", "table", "tr", "td", "th", "dl", "dd", "dt", "ul", "li", "figure", "svg", "g", "span", "article", "p",
    ] {
      let opened = page.components(of: "<\(name) ").count + page.components(of: "<\(name)>").count - 2
      #expect(opened == page.components(of: "</\(name)>").count - 1, "\(name)")
    }
  }

  @Test func oddEvaluationsAreNoTrouble() async throws {
    for text in [
      "", "{", "[]", "{}", #"{"curve":[{"nprobe":1,"x":0.5}],"figures":{}}"#, #"{"curve":[{"nprobe":0},{"nprobe":4,"a":2}]}"#,
    ] {
      let folder = try RunRecorderTests.folder()
      var pipeline = try RunRecorderTests.pipeline(in: folder)
      var quality = FakeStage.evaluate()
      quality.besides = ["measure.figures.json": text, "measure.contact.json": text, "latency.json": text]
      pipeline.add("quality", "evaluate", ["index"], quality)
      #expect(try await RunRecorderTests.record(pipeline, in: folder).page.contains("</html>"))
    }
  }

  @Test func aHugeRunStaysSmall() throws {
    let folder = try RunRecorderTests.folder()
    let plan = try RunRecorderTests.pipeline(in: folder).plan(in: Workspace(at: folder.path.appending("ws")))
    let recorder = try RunRecorder(plan, RunRecorderTests.request(), memory: 1 << 30)
    recorder.observe(ProgressModelTests.event(0, .runStarted, total: 3, message: "photos"))
    for job in 0..<30_000 {
      let stem = "embed-00000-\(10_000 + job)"
      let start = Double(job / 8) * 2
      recorder.observe(ProgressModelTests.event(start, .jobStarted, "features", stem))
      for step in 1...10 {
        recorder.observe(ProgressModelTests.event(start + Double(step) * 0.15, .advanced, "features", stem, items: 100))
      }
      recorder.observe(ProgressModelTests.event(start + 1.9, .jobEnded, "features", stem, items: 1000, seconds: 1.9))
    }
    let record = try recorder.finish(exitCode: 130, error: CancellationError())
    #expect(record.outcome == .interrupted && record.stages[1].jobs == 30_000)
    let page = try SystemDisk().read(recorder.folder.reportPath)
    #expect(page.count < 60_000)
    #expect(String(decoding: page, as: UTF8.self).contains("<polygon class=\"job\""))
  }
}

extension String {
  /// The pieces between occurrences of a text.
  func components(of separator: String) -> [Substring] {
    var pieces: [Substring] = []
    var rest = self[...]
    while let range = rest.firstRange(of: separator) {
      pieces.append(rest[..<range.lowerBound])
      rest = rest[range.upperBound...]
    }
    return pieces + [rest]
  }
}
