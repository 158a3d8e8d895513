import Quality

/// A run's end as a file for the textfile collector of Prometheus' node exporter.
///
/// The text format of https://prometheus.io/docs/instrumenting/exposition_formats/; gauges only, each with the pipeline's name.
public struct PrometheusText: Sendable {
  private let record: RunRecord
  /// Seconds since 1970 at the run's end.
  private let ended: Double

  public init(_ record: RunRecord, ended: Double) {
    self.record = record
    self.ended = ended
  }

  private struct Sample {
    var labels: [(String, String)]
    var value: Double
  }

  public var text: String {
    var text = ""
    func add(_ name: String, _ help: String, _ samples: [Sample]) {
      guard !samples.isEmpty else { return }
      text += "# HELP vecmill_\(name) \(help)\n# TYPE vecmill_\(name) gauge\n"
      for sample in samples { text += line("vecmill_\(name)", sample) }
    }
    add("run_success", "Whether the last run ended well.", [one(record.exitCode == 0 ? 1 : 0)])
    add("run_exit_code", "Exit status of the last run.", [one(Double(record.exitCode ?? -1))])
    add("run_duration_seconds", "Time that the last run took.", [one(record.seconds ?? 0)])
    add("run_end_timestamp_seconds", "When the last run ended.", [one(ended)])
    add("run_peak_memory_bytes", "Highest resident memory of the last run.", record.memory.peak.map { [one(Double($0))] } ?? [])
    add(
      "run_info", "Outcome of the last run and version of the program.",
      [
        Sample(labels: [("outcome", record.outcome.rawValue), ("version", record.request.version)], value: 1)
      ])
    add(
      "stage_rows", "Rows of a stage's artifact.",
      record.stages.compactMap { stage in
        stage.rows.map { Sample(labels: labels(stage), value: Double($0)) }
      })
    add(
      "stage_bytes", "Bytes of a stage's artifact.",
      record.stages.compactMap { stage in
        stage.bytes.map { Sample(labels: labels(stage), value: Double($0)) }
      })
    add(
      "stage_duration_seconds", "Time that a stage took; none if it was fresh.",
      record.stages.compactMap { stage in
        stage.seconds.map { Sample(labels: labels(stage), value: $0) }
      })
    add(
      "stage_rejects", "Rejects of a stage by code.",
      record.stages.flatMap { stage in
        stage.rejects.sorted { $0.key < $1.key }.map {
          Sample(labels: labels(stage) + [("code", $0.key)], value: Double($0.value))
        }
      })
    let gates = record.gates ?? []
    add(
      "gate_met", "Whether a gate's conditions are met.",
      gates.map {
        Sample(labels: [("stage", $0.stage)], value: $0.report.isMet ? 1 : 0)
      })
    add(
      "gate_warnings", "Conditions of a gate that warn.",
      gates.map {
        Sample(labels: [("stage", $0.stage)], value: Double($0.report.warnings.count))
      })
    add(
      "gate_champion_version", "Version of the registry that a gate compared with.",
      gates.compactMap { gate in
        gate.report.champion.map { Sample(labels: [("stage", gate.stage), ("name", $0.name)], value: Double($0.version)) }
      })
    add(
      "quality", "Figures of an evaluation.",
      gates.flatMap { gate in
        gate.report.figures.sorted { $0.key < $1.key }.map {
          Sample(labels: [("stage", gate.stage), ("figure", $0.key)], value: $0.value)
        }
      })
    add(
      "quality_champion", "The champion's figures in the same evaluation.",
      gates.flatMap { gate in
        (gate.report.champion?.figures ?? [:]).sorted { $0.key < $1.key }
          .map { Sample(labels: [("stage", gate.stage), ("figure", $0.key)], value: $0.value) }
      })
    return text
  }

  private func one(_ value: Double) -> Sample { Sample(labels: [], value: value) }

  private func labels(_ stage: RunRecord.Stage) -> [(String, String)] { [("stage", stage.name), ("kind", stage.kind)] }

  private func line(_ name: String, _ sample: Sample) -> String {
    let labels = ([("pipeline", record.request.pipeline)] + sample.labels).map { "\($0.0)=\"\(escaped($0.1))\"" }
    return "\(name){\(labels.joined(separator: ","))} \(number(sample.value))\n"
  }

  private func number(_ value: Double) -> String {
    if value.isNaN { return "NaN" }
    if value.isInfinite { return value > 0 ? "+Inf" : "-Inf" }
    return value == value.rounded() && abs(value) < 1e15 ? String(Int(value)) : String(value)
  }

  private func escaped(_ text: String) -> String {
    text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\n", with: "\\n")
  }
}
