import Artifacts
import Media
import Pipelines
import Tensors

/// What an embed job makes of a shard: a row a record, and the rejects that fell out; what is known of a content is not made again.
struct EmbeddedShard {
  /// The shard's records, in order.
  let records: [Record]
  /// Places of the records that are to be embedded.
  private(set) var open: [Int] = []
  /// Rows taken from earlier artifacts, or from another record of the same content.
  private(set) var reused = 0
  private let keys: [ContentKey]?
  private let columns: Int
  private var outcomes: [Outcome?]
  /// Places of the same content as one that is open, which stands for them.
  private var echoes: [Int: [Int]] = [:]

  private enum Outcome {
    case row(ArraySlice<Float>)
    /// `isOfContent` where no record of this content can be embedded, wherever it lies.
    case reject(Reject, isOfContent: Bool)
  }

  /// - Parameters:
  ///   - key: what of a record decides its row; nil where more than the record does, so that nothing is reused.
  ///   - known: contents of before.
  init(_ job: Job, columns: Int, known: KnownContents, key: ((Record) -> ContentKey)? = nil) throws {
    let records = try RecordShards.read(job.shard!, in: job.inputs[0].artifact)
    self.records = records
    self.columns = columns
    outcomes = Array(repeating: nil, count: records.count)
    let keys = key.map { records.map($0) }
    self.keys = keys
    guard let keys else {
      open = Array(records.indices)
      return
    }
    for (place, recalled) in zip(records.indices, try known.recall(keys, of: job)) {
      switch recalled {
      case .row(let row) where row.count == columns: take(row, place)
      case .refused(let refusal): refuse(place, refusal.code, refusal.message)
      default: open.append(place)
      }
    }
    dropEchoes(keys)
  }

  /// Leaves the first of those that are open and have the same content.
  private mutating func dropEchoes(_ keys: [ContentKey]) {
    var first: [ContentKey: Int] = [:]
    open.removeAll { place in
      guard let standing = first[keys[place]] else {
        first[keys[place]] = place
        return false
      }
      echoes[standing, default: []].append(place)
      return true
    }
  }

  private mutating func take(_ row: ArraySlice<Float>, _ place: Int) {
    outcomes[place] = .row(row)
    reused += 1
  }

  /// A row that was made of the record at a place.
  mutating func add(_ row: ArraySlice<Float>, at place: Int) {
    outcomes[place] = .row(row)
    for echo in echoes[place] ?? [] { take(row, echo) }
  }

  /// Rows that were made of records, in the order of their places.
  mutating func add(_ vectors: Matrix, at places: [Int]) {
    for (row, place) in places.enumerated() { add(vectors[row: row], at: place) }
  }

  /// Refuses a content: the record at a place and those like it.
  mutating func reject(_ place: Int, _ code: RejectCode, _ message: String) {
    refuse(place, code, message)
    for echo in echoes[place] ?? [] { refuse(echo, code, message) }
  }

  private mutating func refuse(_ place: Int, _ code: RejectCode, _ message: String) {
    let record = records[place]
    let reject = Reject(
      archive: record.archive, entry: record.entry, ordinal: record.ordinal, offset: record.offset, code: code,
      message: message)
    outcomes[place] = .reject(reject, isOfContent: true)
  }

  /// Refuses a record for what is wrong at its place: the next one of the same content may be sound.
  ///
  /// - Returns: places that are open in its stead.
  mutating func reject(_ place: Int, _ reject: Reject) -> [Int] {
    outcomes[place] = .reject(reject, isOfContent: false)
    return echoes.removeValue(forKey: place) ?? []
  }

  func commit(_ job: Job) throws {
    var (values, ids, rejects, bytes) = ([Float](), [Int64](), [Reject](), 0)
    values.reserveCapacity(records.count * columns)
    var contents = ShardContents()
    for (place, record) in records.enumerated() {
      switch outcomes[place] {
      case .row(let row):
        values.append(contentsOf: row)
        ids.append(record.id)
        bytes += record.size
        if let keys { contents.rows.append(keys[place]) }
      case .reject(let reject, let isOfContent):
        rejects.append(reject)
        guard isOfContent else { break }
        bytes += record.size
        if let keys { contents.refusals.append(.init(key: keys[place], code: reject.code, message: reject.message)) }
      case nil: preconditionFailure("a record was neither embedded nor refused")
      }
    }
    let vectors = Matrix(rows: ids.count, columns: columns, values: values)
    var files = try VectorShards.write(vectors, ids: ids, job)
    if keys != nil { files.append(try job.write(contents.bytes, ending: ShardContents.ending)) }
    if !rejects.isEmpty { files.append(try RecordShards.write(rejects, job)) }
    job.advance(reused: reused)
    try job.commit(files: files, rows: vectors.rows, bytes: bytes, rejects: RecordShards.counts(rejects))
  }
}
