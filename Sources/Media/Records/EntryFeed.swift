/// The entries of a reader from an ordinal on, with a look at the next one.
final class EntryFeed {
  let reader: ArchiveReader
  private let start: Int
  private var held: ArchiveItem?

  init(_ reader: ArchiveReader, startingAt start: Int) {
    self.reader = reader
    self.start = start
  }

  /// The next item, which stays the next one; nil at the end.
  func peek() throws(ArchiveError) -> ArchiveItem? {
    while held == nil, let item = try reader.next() {
      if item.ordinal >= start { held = item }
    }
    return held
  }

  /// Takes the item that `peek` showed; an entry's content is then the reader's to give.
  func advance() { held = nil }

  /// Ordinal of the next item, or of the one that would follow the last.
  var nextOrdinal: Int { held?.ordinal ?? reader.entryCount }
}

extension ArchiveItem {
  var ordinal: Int {
    switch self {
    case .entry(let entry): entry.ordinal
    case .reject(let reject): reject.ordinal ?? 0
    }
  }

  var name: String {
    switch self {
    case .entry(let entry): entry.name
    case .reject(let reject): reject.entry ?? ""
    }
  }
}
