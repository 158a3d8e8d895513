import Artifacts
import FoundationEssentials

extension ReportPage {
  /// Rows of sources shown; run.json has all.
  private static var sourcesShown: Int { 200 }

  var planSection: HTML {
    section(
      "Plan", note: "why each stage ran, and what decides its result", "<div class=\"plan\">\(record.stages.map(planned))</div>")
  }

  private func planned(_ stage: RunRecord.Stage) -> HTML {
    let inputs = stage.inputs.map { input -> HTML in "<dt>input</dt><dd>\(input.stage) \(short(input.key.hex))</dd>" }
    let options = Self.options(stage.options).map { option -> HTML in "<dt>\(option.key)</dt><dd>\(option.value)</dd>" }
    let materials = stage.materials.sorted { $0.key < $1.key }.map { name, value -> HTML in
      "<dt>\(name)</dt><dd>\(value.count == 64 ? short(value) : "\(value)")</dd>"
    }
    return """
      <article><h3>\(stage.name)<small>\(stage.kind), version \(stage.version)</small></h3><p>\(sentence(stage.reason))</p>
      <dl class="pairs">\(inputs)\(options)\(materials)<dt>artifact</dt><dd><code>\(stage.artifact)</code></dd></dl></article>

      """
  }

  private func sentence(_ reason: String) -> String {
    reason.isEmpty ? "" : reason.prefix(1).uppercased() + reason.dropFirst() + (reason.hasSuffix(".") ? "" : ".")
  }

  /// The options of a recipe, each as short text.
  private static func options(_ json: String) -> [(key: String, value: String)] {
    guard let values = try? JSONDecoder().decode([String: OptionText].self, from: Data(json.utf8)) else {
      return json.isEmpty || json == "{}" ? [] : [("options", json)]
    }
    return values.filter { $0.value.text != "" }.sorted { $0.key < $1.key }.map { ($0.key, $0.value.text) }
  }

  var lineageSection: HTML {
    let shown = record.sources.prefix(Self.sourcesShown)
    let rows = shown.map { source -> HTML in
      """
      <tr><th scope="row" title="\(source.path)">\(source.name)</th><td class="n" data-label="Size">\(Figure.bytes(source.size))</td>\
      <td data-label="SHA-256"><code class="digest">\(source.digest.hex)</code></td></tr>

      """
    }
    let more = record.sources.count - shown.count
    let rest: HTML? =
      more > 0 ? "<p class=\"fine\">and \(Figure.count(more, "more source", "more sources")), in run.json</p>" : nil
    let table: HTML? =
      rows.isEmpty
      ? nil
      : """
      <table class="sources"><thead><tr><th>Source</th><th class="n">Size</th><th>SHA-256</th></tr></thead><tbody>\(rows)</tbody></table>\(rest)
      """
    return section("Lineage", "\(table)<dl class=\"pairs\">\(circumstances)</dl>")
  }

  private var circumstances: [HTML] {
    var pairs: [(String, String)] = record.request.parameters.sorted { $0.key < $1.key }.map { name, value in
      (name, value + (record.request.overrides[name] == nil ? "" : " (set on the command line)"))
    }
    pairs.append(("binary", "Vecmill \(record.request.version)"))
    pairs.append(("pipeline file", record.pipelineDigest.hex))
    pairs.append(("jobs", Figure.count(record.request.jobs)))
    pairs.append(("machine", Figure.count(record.host.cpus, "CPU") + (record.host.cpu.map { ", \($0)" } ?? "")))
    pairs.append(("started", record.started))
    if let ended = record.ended { pairs.append(("ended", ended)) }
    return pairs.map { "<dt>\($0.0)</dt><dd>\($0.1)</dd>" }
  }
}

/// Any JSON value as short text; nested values as their elements with commas.
private struct OptionText: Decodable {
  var text: String

  init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if container.decodeNil() {
      text = ""
    } else if let value = try? container.decode(Bool.self) {
      text = value ? "yes" : "no"
    } else if let value = try? container.decode(Double.self) {
      text = Figure.short(value)
    } else if let value = try? container.decode(String.self) {
      text = value
    } else if let values = try? container.decode([OptionText].self) {
      text = values.map(\.text).joined(separator: ", ")
    } else {
      let values = try container.decode([String: OptionText].self)
      text = values.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value.text)" }.joined(separator: ", ")
    }
  }
}
