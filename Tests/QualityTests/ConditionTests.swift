import Quality
import Testing

/// Conditions as a pipeline file writes them.
@Suite struct ConditionTests {
  private func condition(_ figure: String, _ text: String) throws -> Condition {
    try Condition(figure: QualityFigure(figure), text: text)
  }

  /// Text, the champion's value, values that meet it, values that miss it.
  static let sound: [(figure: String, text: String, champion: Double?, met: [Double], missed: [Double])] = [
    ("recall@10", ">= 0.9", nil, [0.9, 1], [0.899]),
    ("recall@10", ">=90%", nil, [0.9, 1], [0.899]),
    ("R@1", "> 0.5", nil, [0.51], [0.5, 0.1]),
    ("recall@10", ">= champion - 0.01", 0.8, [0.79, 0.9], [0.78]),
    ("recall@10", ">= champion - 1%", 0.8, [0.79, 0.9], [0.78]),
    ("size", "<= 64MiB", nil, [67_108_864, 1], [67_108_865]),
    ("size", "<= champion * 1.1", 100, [110, 1], [111]),
    ("size", "<= 64 mib", nil, [67_108_864], [67_108_865]),
    ("size", "< (champion + 1 kB) / 2", 1000, [999], [1000]),
    ("latency", "<= 2ms", nil, [2], [2.1]),
    ("latency_p99", "<= 0.5 s", nil, [500], [501]),
    ("latency", "<= 300us", nil, [0.3], [0.31]),
    ("subspace_angle", "<= 20deg", nil, [20], [21]),
    ("mean_shift", "<= 1e-2", nil, [0.01], [0.02]),
    ("recall@10", ">= 0.8 and <= 0.99", nil, [0.8, 0.99], [0.79, 1]),
    ("recall@10", ">= champion - 0.05 and >= 0.7", 0.7, [0.7], [0.68]),
    ("count", ">= champion * 0.9 and <= champion * 1.5", 100, [90, 150], [89, 151]),
    ("mean_shift", ">= -champion - (0 - 1)", 1, [0, 1], [-0.1]),
    ("bytes_per_vector", "<= 2 * 3 + 4", nil, [10], [11]),
    ("bytes_per_vector", "<= 2 + 3 * 4 - 1", nil, [13], [14]),
  ]

  @Test func holdAgainstValues() throws {
    for (figure, text, champion, met, missed) in Self.sound {
      let condition = try condition(figure, text)
      for value in met { #expect(condition.holds(value, champion: champion) == true, "\(figure) \(text): \(value)") }
      for value in missed { #expect(condition.holds(value, champion: champion) == false, "\(figure) \(text): \(value)") }
      #expect(condition.isRelative == (text.contains("champion") || ["mean_shift", "subspace_angle"].contains(figure)))
    }
    #expect(try condition("recall@10", ">= champion").holds(1, champion: nil) == nil)
    #expect(try condition("size", ">= champion / 0").holds(1, champion: 1) == nil)
  }

  /// Text, characters before the fault, and what the message must hold.
  static let faulty: [(figure: String, text: String, offset: Int, words: String)] = [
    ("recall@10", "", 0, "expected >="), ("recall@10", "0.9", 0, "expected >="), ("recall@10", "== 0.9", 0, "found \"== 0.9\""),
    ("recall@10", ">= ", 3, "found the end"), ("recall@10", ">= champoin - 1", 3, "did you mean champion?"),
    ("recall@10", ">= champion -", 13, "expected a number"), ("recall@10", ">= 0.9 0.8", 7, "expected + - * /"),
    ("recall@10", ">= (champion - 1", 16, "expected )"), ("recall@10", ">= 64MiB", 5, "no unit of recall@10; it has %"),
    ("size", "<= 64 MiBi", 6, "MiBi is no unit of size"), ("latency", "<= 2 min", 5, "us, ms, s"),
    ("size", "<= 1 and", 8, "expected >="), ("size", "<= 1..2", 3, "expected a number"),
    ("size", "<= 1 or 2", 5, "or is no unit"),
    ("recall@10", ">= champion % 2", 12, "expected + - * /"),
  ]

  @Test func faultsHaveAPlace() throws {
    for (figure, text, offset, words) in Self.faulty {
      let fault = #expect(throws: ConditionFault.self, "\(text)") { try condition(figure, text) }
      #expect(fault?.offset == offset, "\(text): \(String(describing: fault))")
      #expect(fault?.message.contains(words) == true, "\(text): \(String(describing: fault))")
      #expect(fault?.description.hasPrefix("at character \(offset + 1): ") == true)
    }
    let deep = ">= " + String(repeating: "(", count: 400) + "1"
    #expect(throws: ConditionFault.self) { try condition("size", deep) }
    #expect(throws: ConditionFault.self) { try condition("size", ">= " + String(repeating: "1+", count: 400) + "1") }
  }

  /// Nothing that is typed crashes the parser.
  @Test func anyTextEnds() throws {
    let pieces = [
      ">=", "<", " ", "champion", "(", ")", "-", "+", "*", "/", "1", ".5", "e", "MiB", "%", "and", "é", "\u{0}", "∞", "9e999",
    ]
    var random = SystemRandomNumberGenerator()
    let seed = UInt64.random(in: 0..<1 << 32, using: &random)
    print("ConditionTests.anyTextEnds: seed \(seed)")
    var state = seed
    for _ in 0..<5000 {
      var text = ""
      for _ in 0..<12 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        text += pieces[Int(state >> 33) % pieces.count]
      }
      if let condition = try? condition("size", text) { _ = condition.holds(1, champion: 2) }
    }
  }

  @Test func figuresAreKnownByName() throws {
    #expect(try QualityFigure("recall@10").key == "10-recall@10")
    #expect(try QualityFigure("10-recall@10").key == "10-recall@10")
    #expect(try QualityFigure("recall@7").depth == 7)
    #expect(try QualityFigure("latency").key == "latency_p50")
    #expect(try QualityFigure("latency_p99_ms").key == "latency_p99")
    #expect(try QualityFigure("mAP@10").group == .labels)
    for (name, words) in [
      ("recal@10", "did you mean recall@10?"), ("siez", "did you mean size?"), ("Recall@10", "did you mean recall@10?"),
      ("recall@1000", "beyond the 100 answers"), ("recall@", "did you mean recall@1"), ("5-recall@10", "is no figure"),
      ("map@10", "did you mean mAP@10?"), ("latency_p98", "did you mean latency_p"), ("zzzzzz", "known are R@1"),
      ("", "known are"),
      ("recall@010", "is no figure"), ("10-R@10", "is no figure"),
    ] {
      let error = #expect(throws: UnknownFigure.self, "\(name)") { try QualityFigure(name) }
      #expect(error?.description.contains(words) == true, "\(name): \(String(describing: error))")
    }
    for name in QualityFigure.spellings { #expect(throws: Never.self) { try QualityFigure(name) } }
  }

  /// A plain number is what more-is-better figures must reach, and what the others may not exceed.
  @Test func plainNumbers() throws {
    for (name, figure) in [("R@1", true), ("recall@10", true), ("size", false), ("latency_p99", false), ("count", true)] {
      let condition = try Condition(figure: name, number: 0.5)
      #expect(condition.holds(0.6, champion: nil) == figure && condition.holds(0.4, champion: nil) == !figure)
      #expect(condition.holds(0.5, champion: nil) == true)
    }
  }
}
