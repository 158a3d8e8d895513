extension PipelineBuilder {
  /// Orders the stages, reports cycles, and makes each stage of what its inputs will be.
  mutating func connect(_ drafts: [StageDraft]) -> [PipelineStage] {
    let graph = StageGraph(drafts.map { ($0.name, $0.inputs.map(\.name)) })
    for cycle in graph.cycles { report(cycle, drafts) }
    var outputs: [String: ArtifactType] = [:]
    return graph.order.compactMap { index in
      let stage = make(drafts[index], outputs)
      outputs[drafts[index].name] = stage?.stage.output
      return stage
    }
  }

  /// Nil where anything about the stage or above it is wrong, which is said elsewhere or here.
  private mutating func make(_ draft: StageDraft, _ outputs: [String: ArtifactType]) -> PipelineStage? {
    let inputs = draft.inputs.compactMap { input in
      outputs[input.name].map { StageInput(stage: input.name, type: $0) }
    }
    guard draft.isConnected, inputs.count == draft.inputs.count, let kind = draft.kind,
      let options = draft.options
    else { return nil }
    do {
      return PipelineStage(
        name: draft.name, kind: kind, options: options, inputs: inputs.map(\.stage),
        stage: try kind.make(options, inputs), location: draft.location)
    } catch let fault as StageFault {
      let place = draft.place(of: fault.option)
      let subject = fault.option.map { "\(SourceNode.quoted($0)) of \(kind.name)" } ?? kind.name
      collector.error("\(subject): \(fault.message)\(place.blame)", at: place.location(after: fault.offset))
    } catch {
      collector.error("\(kind.name): \(error)", at: draft.location)
    }
    return nil
  }

  private mutating func report(_ cycle: [Int], _ drafts: [StageDraft]) {
    let first = drafts[cycle[0]]
    // The first stage of the cycle takes the last one.
    let last = drafts[cycle[cycle.count - 1]].name
    let place = first.inputs.first { $0.name == last }?.location ?? first.location
    guard cycle.count > 1 else {
      collector.error("stage \(SourceNode.quoted(first.name)) takes itself as its input", at: place)
      return
    }
    let names = cycle.map { drafts[$0].name } + [first.name]
    collector.error("the stages form a cycle: " + names.joined(separator: " → "), at: place)
  }
}
