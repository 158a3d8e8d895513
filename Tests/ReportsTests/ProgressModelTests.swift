import Pipelines
import Reports
import Testing

@Suite struct ProgressModelTests {
  static func model() -> ProgressModel {
    ProgressModel(stages: [.init("photos"), .init("features", input: "photos"), .init("index", input: "features")])
  }

  /// An event at a time.
  static func event(
    _ time: Double, _ kind: RunEvent.Kind, _ stage: String? = nil, _ job: String? = nil, items: Int? = nil, bytes: Int? = nil,
    rejects: Int? = nil, total: Int? = nil, totalBytes: Int? = nil, seconds: Double? = nil, isFresh: Bool? = nil,
    isReused: Bool? = nil, message: String? = nil
  ) -> RunEvent {
    var event = RunEvent(
      kind, stage: stage, job: job, items: items, bytes: bytes, rejects: rejects, total: total, totalBytes: totalBytes,
      seconds: seconds, isFresh: isFresh, isReused: isReused, message: message)
    event.time = time
    return event
  }

  private func folded(_ events: [RunEvent]) -> ProgressModel {
    events.reduce(into: Self.model()) { $0.fold($1) }
  }

  @Test func jobsAddUp() {
    let model = folded([
      Self.event(0, .runStarted, message: "p"), Self.event(0, .planned, "photos", isFresh: false, message: "new"),
      Self.event(0, .stageStarted, "photos", totalBytes: 1000), Self.event(0, .jobStarted, "photos", "read-00000"),
      Self.event(1, .advanced, "photos", "read-00000", items: 10, bytes: 250, rejects: 1),
      Self.event(2, .advanced, "photos", "read-00000", items: 10, bytes: 250, rejects: 0),
    ])
    let stage = model["photos"]!
    #expect(model.pipeline == "p" && stage.state == .running && stage.reason == "new" && stage.rejects == 1)
    #expect(stage.phase?.items == 20 && stage.phase?.bytes == 500)
    let extent = model.extent(of: stage, at: 2)
    #expect(extent.share == 0.5 && extent.items == nil && extent.bytes == 1000)
    #expect(extent.secondsLeft == 2)
    #expect(stage.rates(at: 2).items == 10)
  }

  @Test func aJobsOwnFiguresReplaceWhatItTold() {
    var model = folded([
      Self.event(0, .jobStarted, "features", "embed-00000-00000"),
      Self.event(1, .advanced, "features", "embed-00000-00000", items: 90),
      Self.event(2, .jobEnded, "features", "embed-00000-00000", items: 100, bytes: 500, rejects: 2, seconds: 2),
    ])
    #expect(model["features"]?.phase?.items == 100 && model["features"]?.rejects == 2)
    #expect(model["features"]?.busySeconds == 2 && model["features"]?.activeSeconds == 2)
    // A filter goes through more than it keeps.
    model.fold(Self.event(2, .jobStarted, "features", "embed-00000-00001"))
    model.fold(Self.event(3, .advanced, "features", "embed-00000-00001", items: 100))
    model.fold(Self.event(3, .jobEnded, "features", "embed-00000-00001", items: 40, seconds: 1))
    #expect(model["features"]?.phase?.items == 200)
  }

  @Test func theInputsRowsAreTheTotal() {
    let model = folded([
      Self.event(1, .stageEnded, "photos", items: 300, rejects: 0), Self.event(1, .jobStarted, "features", "embed-00000-00000"),
      Self.event(3, .jobEnded, "features", "embed-00000-00000", items: 100, seconds: 2),
    ])
    let extent = model.extent(of: model["features"]!, at: 3)
    #expect(extent.items == 300 && !extent.isEstimate && extent.share == 1.0 / 3 && extent.secondsLeft == 4)
  }

  @Test func aTotalIsEstimatedFromTheInputsShare() {
    let model = folded([
      Self.event(0, .stageStarted, "photos", totalBytes: 1000), Self.event(0, .jobStarted, "photos", "read-00000"),
      Self.event(1, .advanced, "photos", "read-00000", items: 50, bytes: 250),
      Self.event(1, .jobStarted, "features", "embed-00000-00000"),
      Self.event(2, .advanced, "features", "embed-00000-00000", items: 20),
    ])
    let extent = model.extent(of: model["features"]!, at: 2)
    #expect(extent.items == 200 && extent.isEstimate && extent.share == 0.1)
  }

  @Test func expectedTotalsOfJobsAddUp() {
    let model = folded([
      Self.event(0, .jobStarted, "index", "train"), Self.event(0, .expected, "index", "train", total: 25),
      Self.event(1, .advanced, "index", "train", items: 5),
    ])
    #expect(model.extent(of: model["index"]!, at: 1).share == 0.2)
    #expect(model["index"]?.phase?.name == "train" && model["index"]?.phase?.scope == .whole)
  }

  @Test func phasesAreToldApart() {
    let model = folded([
      Self.event(0, .jobStarted, "index", "train"), Self.event(4, .advanced, "index", "train", items: 900),
      Self.event(5, .jobEnded, "index", "train", items: 0, seconds: 5),
      Self.event(5, .jobStarted, "index", "encode-00001-00012"),
      Self.event(6, .advanced, "index", "encode-00001-00012", items: 10),
    ])
    let stage = model["index"]!
    #expect(stage.phases.map(\.name) == ["train", "encode"] && stage.phase?.items == 10 && stage.phase?.scope == .shard)
    #expect(stage.rates(at: 6).items == 10)
    #expect(stage.workedItems == 900)
  }

  @Test func reusedJobsCountButNotForTheRate() {
    let model = folded([
      Self.event(0, .jobEnded, "features", "embed-00000-00000", items: 1000, seconds: 0, isReused: true),
      Self.event(0, .jobStarted, "features", "embed-00000-00001"),
      Self.event(2, .jobEnded, "features", "embed-00000-00001", items: 10, seconds: 2, isReused: false),
    ])
    let stage = model["features"]!
    #expect(stage.phase?.items == 1010 && stage.reusedJobs == 1 && stage.endedJobs == 2)
    #expect(stage.rates(at: 2).items == 5 && stage.meanRates.items == 5)
  }

  @Test func theRateForgetsWhatIsLongAgo() {
    var model = folded([Self.event(0, .jobStarted, "features", "embed-00000-00000")])
    for second in 1...20 { model.fold(Self.event(Double(second), .advanced, "features", "embed-00000-00000", items: 100)) }
    for second in 21...40 { model.fold(Self.event(Double(second), .advanced, "features", "embed-00000-00000", items: 10)) }
    #expect(abs(model["features"]!.rates(at: 40).items! - 10) < 1)
  }

  @Test func activeTimeIsThatWithAJob() {
    let model = folded([
      Self.event(0, .stageStarted, "features"), Self.event(5, .jobStarted, "features", "embed-00000-00000"),
      Self.event(6, .jobStarted, "features", "embed-00000-00001"),
      Self.event(7, .jobEnded, "features", "embed-00000-00000", seconds: 2),
      Self.event(8, .jobEnded, "features", "embed-00000-00001", seconds: 2),
      Self.event(10, .stageEnded, "features", items: 5),
    ])
    #expect(model["features"]?.activeSeconds == 3 && model["features"]?.busySeconds == 4 && model["features"]?.state == .done)
  }

  @Test func strangersAndFailures() {
    let model = folded([
      Self.event(0, .advanced, "nobody", "x", items: 5), Self.event(0, .jobStarted, "photos", "read-00000"),
      Self.event(1, .stageFailed, "photos", "read-00000", message: "no"), Self.event(1, .runEnded),
    ])
    #expect(model["photos"]?.state == .failed && model["photos"]?.failure == "no" && model["photos"]?.runningJobs == 0)
    #expect(model["nobody"] == nil && model.isEnded)
  }
}
