import Artifacts
import Foundation
import Pipelines
import Quality
import Reports
import SystemPackage
import TestSupport
import Testing

/// What a run tells to CI systems and monitoring.
@Suite struct OutputsTests {
  private static func record() async throws -> RunRecord {
    let folder = try RunRecorderTests.folder()
    var record = try await RunRecorderTests.record(RunRecorderTests.pipeline(in: folder), in: folder).record
    let json = """
      {"figures":{"10-recall@10":0.41,"size":2048},"intervals":{"10-recall@10":[0.38,0.44]},"queries":80,"items":240,"index":"PQ8",
      "compared":"photos","champion":{"name":"photos","version":7,"digest":"ab","figures":{"10-recall@10":0.9}},
      "verdicts":[
      {"figure":"recall@10","threshold":">= champion - 0.01","value":0.41,"bound":0.89,"champion":0.9,"interval":[0.38,0.44],
      "outcome":"missed","isWarning":false,"unit":"share"},
      {"figure":"size","threshold":"<= 64MiB","value":2048,"bound":67108864,"outcome":"met","isWarning":false,"unit":"bytes"},
      {"figure":"mean_shift","threshold":"<= 0.25","value":0.5,"bound":0.25,"outcome":"missed","isWarning":true,"unit":"plain"},
      {"figure":"rbo@10","threshold":">= 0.5","outcome":"skipped","isWarning":false,"unit":"share","note":"there is no <champion> yet"}]}
      """
    record.gates = [StageGate(stage: "quality", report: try JSONDecoder().decode(GateReport.self, from: Data(json.utf8)))]
    return record
  }

  @Test func junitCountsFailuresAndSkips() async throws {
    let text = JUnitReport(try await Self.record()).text
    #expect(text.contains("<testsuite name=\"quality\" tests=\"4\" failures=\"1\" errors=\"0\" skipped=\"1\""))
    #expect(
      text.contains(
        "<failure message=\"recall@10 is 0.41 (0.38 to 0.44), required &gt;= champion - 0.01, which is 0.89: not met\"/>"))
    #expect(text.contains("<system-err>warning: mean_shift is 0.5") && text.contains("no &lt;champion&gt; yet"))
  }

  @Test func markdownHasATableAGate() async throws {
    let text = MarkdownReport(try await Self.record()).text
    #expect(text.contains("### Gate quality: not met, against photos@7"))
    #expect(text.contains("| ❌ | recall@10 | 0.41 | 0.38 – 0.44 | `>= champion - 0.01` | 0.89 | 0.9 |"))
    #expect(text.contains("| ⚠️ | mean_shift |") && text.contains("| ➖ | rbo@10 | – |") && text.contains("| ✅ | size | 2.0 KiB |"))
  }

  /// Every line is a comment or a sample, every family is declared once before its samples.
  @Test func metricsAreWellFormed() async throws {
    var record = try await Self.record()
    record.request.pipeline = "a\"b\\c"
    let text = PrometheusText(record, ended: 1_795_485_841.5).text
    #expect(
      text.hasSuffix("\n")
        && text.contains("vecmill_quality{pipeline=\"a\\\"b\\\\c\",stage=\"quality\",figure=\"10-recall@10\"} 0.41"))
    #expect(text.contains("vecmill_gate_met{pipeline=\"a\\\"b\\\\c\",stage=\"quality\"} 0"))
    #expect(text.contains("vecmill_run_end_timestamp_seconds{pipeline=\"a\\\"b\\\\c\"} 1795485841.5"))
    var declared: Set<String> = []
    for line in text.split(separator: "\n") {
      if line.hasPrefix("# TYPE ") {
        #expect(declared.insert(String(line.split(separator: " ")[2])).inserted && line.hasSuffix(" gauge"))
      } else if !line.hasPrefix("# HELP ") {
        #expect(
          declared.contains(String(line.prefix { $0 != "{" })) && Double(line.split(separator: " ").last!) != nil, "\(line)")
      }
    }
  }

  @Test func logLinesAreObjects() throws {
    let events = [
      RunEvent(.runStarted), RunEvent(.planned, stage: "a", isFresh: false, message: "it was \"never\" made\n"),
      RunEvent(.stageEnded, stage: "a", items: 3, rejects: 1, seconds: 0.5), RunEvent(.note, stage: "q", message: "warning: x"),
      RunEvent(.stageFailed, stage: "q", message: "no"), RunEvent(.runEnded),
    ]
    let lines = events.compactMap { LogLine.line($0, pipeline: "p") }
    let objects = try lines.map { try #require(try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any]) }
    #expect(objects.map { $0["level"] as? String } == ["info", "info", "info", "warning", "error", "info"])
    #expect(objects[1]["message"] as? String == "will run: it was \"never\" made\n" && objects[2]["rows"] as? Int == 3)
    #expect(LogLine.line(RunEvent(.advanced, stage: "a", items: 1), pipeline: "p") == nil)
  }

  @Test func sparklinesAndFrontiers() {
    #expect(Sparkline.text([0, 0.5, 1]) == "▁▅█" && Sparkline.text([1, nil, 1]) == "▄ ▄" && Sparkline.text([nil]) == "")
    let points: [(objective: Double, cost: Double)] = [(0.9, 10), (0.8, 5), (0.85, 10), (0.95, 20), (0.7, 6)]
    #expect(ParetoChart.frontier(points, moreIsBetter: true) == [1, 0, 3])
    #expect(ParetoChart.frontier(points.map { (1 - $0.objective, $0.cost) }, moreIsBetter: false) == [1, 0, 3])
  }

  @Test func lineageHasAStartAndAnEnd() async throws {
    let folder = try RunRecorderTests.folder()
    let plan = try RunRecorderTests.pipeline(in: folder).plan(in: Workspace(at: folder.path.appending("lineage")))
    let path = folder.path.appending("l.jsonl")
    let log = try LineageLog(path, plan, version: "1.2.3")
    try await Run(plan, options: .init(jobs: 2, memory: 1 << 28), observer: log.observe).execute()
    log.finish(.complete)
    let failed = try LineageLog(path, plan, version: "1.2.3")
    failed.observe(RunEvent(.stageStarted, stage: "index"))
    failed.observe(RunEvent(.stageFailed, stage: "index", message: "no"))
    failed.finish(.failed("no"))
    let stopped = try LineageLog(path, plan, version: "1.2.3")
    stopped.observe(RunEvent(.stageStarted, stage: "index"))
    stopped.finish(.aborted("stopped"))
    let events = try String(decoding: SystemDisk().read(path), as: UTF8.self).split(separator: "\n").map { line in
      try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
    }
    let types = events.map { $0["eventType"] as? String ?? "" }
    #expect(
      types.count == 16 && types.first == "START" && types[7] == "COMPLETE"
        && types.suffix(8) == ["START", "START", "FAIL", "FAIL", "START", "START", "ABORT", "ABORT"])
    let runs = Set(events.prefix(8).compactMap { ($0["run"] as? [String: Any])?["runId"] as? String })
    #expect(runs.count == 4 && runs.allSatisfy { UUID(uuidString: $0) != nil })
    let facets = (events[10]["run"] as? [String: Any])?["facets"] as? [String: Any]
    #expect((facets?["errorMessage"] as? [String: Any])?["message"] as? String == "no" && facets?["parent"] != nil)
    for event in events {
      #expect(event["producer"] as? String == "urn:vecmill:1.2.3" && event["eventTime"] != nil && event["schemaURL"] != nil)
      #expect(((event["run"] as? [String: Any])?["facets"] as? [String: Any])?["processing_engine"] != nil)
      for side in ["inputs", "outputs"] {
        let sets = try #require(event[side] as? [[String: Any]])
        #expect(!sets.isEmpty && sets.allSatisfy { $0["namespace"] is String && $0["name"] is String }, "\(side) of \(event)")
        #expect(sets.allSatisfy { $0["namespace"] as? String != "file" || ($0["name"] as? String)?.first == "/" })
      }
    }
  }
}
