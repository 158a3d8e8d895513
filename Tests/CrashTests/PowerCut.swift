import Tensors

/// A power cut: what of the unsynced work it keeps, drawn from a seed.
struct PowerCut {
  private var random: SeededRandom

  init(seed: UInt64) { random = SeededRandom(seed: seed) }

  /// What becomes of a thing that was not synced.
  private enum Fate: Int, CaseIterable { case lost, kept, prefix, some, shuffled }

  mutating func strike(_ state: inout SimulatedState) {
    for node in state.folders.keys.sorted() { strike(&state.folders[node]!) }
    for node in state.files.keys.sorted() { strike(&state.files[node]!) }
  }

  private mutating func strike(_ folder: inout SimulatedState.Folder) {
    var kept = folder.pending
    if !kept.isEmpty {
      switch fate() {
      case .lost: kept = []
      case .kept: break
      case .prefix: kept = Array(kept.prefix(below(kept.count + 1)))
      case .some: kept = kept.filter { _ in below(2) == 0 }
      case .shuffled:
        kept = kept.filter { _ in below(4) != 0 }
        for place in kept.indices.reversed() { kept.swapAt(place, below(place + 1)) }
      }
    }
    for change in kept { for (name, node) in change { folder.durable[name] = node } }
    folder.entries = folder.durable
    folder.pending = []
  }

  private mutating func strike(_ file: inout SimulatedState.File) {
    if file.synced < file.bytes.count {
      let fate = fate()
      switch fate {
      case .lost: file.bytes.removeLast(file.bytes.count - file.synced)
      case .kept where !file.isPoisoned: break
      case .prefix: file.bytes.removeLast(below(file.bytes.count - file.synced + 1))
      default: tear(&file)
      }
    }
    file.synced = file.bytes.count
    file.isPoisoned = false
  }

  /// The length is kept, the data only block by block; the others are zero, or zero from somewhere on.
  private mutating func tear(_ file: inout SimulatedState.File) {
    let block = 32
    for start in stride(from: file.synced, to: file.bytes.count, by: block) {
      let end = min(start + block, file.bytes.count)
      let first = below(3) == 0 ? start + below(end - start) : below(2) == 0 ? start : end
      for place in first..<end { file.bytes[place] = 0 }
    }
  }

  private mutating func fate() -> Fate { Fate(rawValue: below(Fate.allCases.count))! }
  private mutating func below(_ limit: Int) -> Int { random.below(limit) }
}
