/// The stages of a file as numbers, and which take which.
struct StageGraph {
  /// Of each stage, those that it takes.
  private let inputs: [[Int]]
  /// Of each stage, those that take it.
  private let outputs: [[Int]]
  /// The stages that are in no cycle and below none, each after its inputs, otherwise in the file's order.
  let order: [Int]

  /// Names without a stage are no edges.
  init(_ stages: [(name: String, inputs: [String])]) {
    let numbers = Dictionary(stages.enumerated().map { ($1.name, $0) }, uniquingKeysWith: { a, _ in a })
    inputs = stages.map { stage in stage.inputs.compactMap { numbers[$0] } }
    var outputs = [[Int]](repeating: [], count: stages.count)
    for (stage, inputs) in inputs.enumerated() {
      for input in inputs { outputs[input].append(stage) }
    }
    self.outputs = outputs
    order = Self.order(inputs: inputs, outputs: outputs)
  }

  /// Always the first stage of the file whose inputs are all there (Kahn's algorithm).
  private static func order(inputs: [[Int]], outputs: [[Int]]) -> [Int] {
    var missing = inputs.map(\.count)
    var isPlaced = [Bool](repeating: false, count: inputs.count)
    var order: [Int] = []
    while let next = inputs.indices.first(where: { !isPlaced[$0] && missing[$0] == 0 }) {
      isPlaced[next] = true
      order.append(next)
      for output in outputs[next] { missing[output] -= 1 }
    }
    return order
  }

  /// One shortest cycle for each knot of stages that need each other, in the direction of the data; its first stage is the
  /// first of the file.
  var cycles: [[Int]] {
    let placed = Set(order)
    var known: Set<Int> = []
    var cycles: [[Int]] = []
    for stage in inputs.indices where !placed.contains(stage) && !known.contains(stage) {
      guard let cycle = shortestCycle(through: stage) else { continue }
      cycles.append(cycle)
      known.formUnion(reachable(from: stage, outputs).intersection(reachable(from: stage, inputs)))
    }
    return cycles
  }

  /// Breadth first along the outputs until the start comes again.
  private func shortestCycle(through start: Int) -> [Int]? {
    var source: [Int: Int] = [:]
    var queue = [start]
    var head = 0
    while head < queue.count {
      let stage = queue[head]
      head += 1
      for output in outputs[stage] {
        if output == start {
          var cycle = [stage]
          while cycle[cycle.count - 1] != start { cycle.append(source[cycle[cycle.count - 1]]!) }
          return cycle.reversed()
        }
        if source[output] == nil {
          source[output] = stage
          queue.append(output)
        }
      }
    }
    return nil
  }

  private func reachable(from start: Int, _ edges: [[Int]]) -> Set<Int> {
    var reached: Set<Int> = [start]
    var queue = [start]
    while let stage = queue.popLast() {
      for next in edges[stage] where reached.insert(next).inserted { queue.append(next) }
    }
    return reached
  }
}
