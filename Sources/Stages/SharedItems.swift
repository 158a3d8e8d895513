/// An item's id and the first 64 bits of its content's digest.
package struct ItemContent: Sendable, Comparable {
  package var id: Int64
  package var digest: UInt64

  package init(id: Int64, digest: UInt64) {
    self.id = id
    self.digest = digest
  }

  init(id: Int64, digest hex: String) { self.init(id: id, digest: UInt64(hex.prefix(16), radix: 16) ?? 0) }

  package static func < (one: ItemContent, other: ItemContent) -> Bool { (one.id, one.digest) < (other.id, other.digest) }
}

/// The ids of items that two corpora both hold with the same content, in order.
///
/// They are found in passes, each over the ids of one remainder, so that only what is shared is in memory as a whole: 8 bytes an item.
package struct SharedItems: Sendable, Equatable {
  package let ids: [Int64]
  package var count: Int { ids.count }

  package typealias Walk<Element> = (_ body: (Element) -> Void) throws -> Void

  /// Contents that a pass holds: 64 MiB.
  package static let contentsAtATime = 4 << 20

  /// - Parameters:
  ///   - theirs: walks over the contents of the one corpus; once a pass, as the others.
  ///   - count: how many these are.
  ///   - mine: walks over the ids of the other corpus.
  ///   - contents: walks over its contents, among others; nil where nobody knows them, so that equal ids are enough.
  package init(
    _ theirs: Walk<ItemContent>, _ count: Int, _ mine: Walk<Int64>, contents: Walk<ItemContent>?, most: Int = contentsAtATime
  ) throws {
    let passes = UInt64(count / most + 1)
    var all: [Int64] = []
    for pass in 0..<passes {
      func isDue(_ id: Int64) -> Bool { UInt64(bitPattern: id) % passes == pass }
      var known: [ItemContent] = []
      known.reserveCapacity(count / Int(passes) + 1)
      try theirs { if isDue($0.id) { known.append($0) } }
      known.sort()
      var found = [Bool](repeating: false, count: known.count)
      try mine { id in
        if isDue(id), let place = Self.place(of: id, in: known) { found[place] = true }
      }
      if let contents {
        var isSame = [Bool](repeating: false, count: known.count)
        try contents { content in
          guard isDue(content.id), let place = Self.place(of: content.id, in: known), found[place] else { return }
          if known[place].digest == content.digest { isSame[place] = true }
        }
        found = isSame
      }
      for (content, isShared) in zip(known, found) where isShared { all.append(content.id) }
    }
    if passes > 1 { all.sort() }
    ids = all
  }

  package func contains(_ id: Int64) -> Bool {
    var (low, high) = (0, ids.count)
    while low < high {
      let middle = (low + high) / 2
      if ids[middle] < id { low = middle + 1 } else { high = middle }
    }
    return low < ids.count && ids[low] == id
  }

  /// The first place of an id among contents in order.
  private static func place(of id: Int64, in contents: [ItemContent]) -> Int? {
    var (low, high) = (0, contents.count)
    while low < high {
      let middle = (low + high) / 2
      if contents[middle].id < id { low = middle + 1 } else { high = middle }
    }
    return low < contents.count && contents[low].id == id ? low : nil
  }
}
