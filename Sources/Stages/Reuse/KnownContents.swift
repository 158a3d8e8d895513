import Artifacts
import IndexFormats
import Pipelines
import Synchronization
import SystemPackage
import Tensors

/// The contents that earlier artifacts of a stage have rows for, or refused: what need not be decoded and embedded again.
///
/// A cache, not state: it is read from the workspace when the first job asks, and forgets nothing that a later run could not read.
final class KnownContents: Sendable {
  /// Earlier artifacts that are searched, the newest first. Each costs a search in a sorted file for every content that is new.
  static let depth = 8

  private let opened = Mutex<[String: [EarlierContents]]>([:])

  /// What the stage of a recipe knows from before, the newest artifact first.
  func earlier(than artifact: Artifact, _ recipe: Recipe, in workspace: Workspace, phase: String) throws -> [EarlierContents] {
    try opened.withLock { opened in
      if let known = opened[artifact.name] { return known }
      // Under other ceilings a picture may be refused that had a row, or the other way round. A plan does not know them yet.
      let ceilings = try IngestCeilings(behind: recipe, in: workspace)?.images
      let found = try workspace.artifacts(like: recipe, except: artifact).lazy
        .filter {
          ceilings == nil
            || (try? $0.recipe()).flatMap { $0 }.flatMap { try? IngestCeilings(behind: $0, in: workspace) }?.images == ceilings
        }
        .compactMap { EarlierContents($0, phase: phase) }.prefix(Self.depth)
      opened[artifact.name] = Array(found)
      return opened[artifact.name]!
    }
  }

  /// What earlier artifacts say of contents, in the order asked for; nil for those that are new.
  ///
  /// Rows whose files are not what was committed are as good as new.
  func recall(_ keys: [ContentKey], of job: Job) throws -> [Recalled?] {
    let sources = try earlier(than: job.artifact, job.recipe, in: job.workspace, phase: job.phase.name)
    guard !sources.isEmpty else { return keys.map { _ in nil } }
    // In another attempt what was refused is looked at again.
    let trustsRefusals = job.recipe.attempt == nil
    var places = [[Int: [(place: Int, row: Int)]]](repeating: [:], count: sources.count)
    var recalled = [Recalled?](repeating: nil, count: keys.count)
    for (place, key) in keys.enumerated() {
      for (number, source) in sources.enumerated() {
        guard let entry = source.index.find(key) else { continue }
        if entry.row & ContentIndex.refusalMark == 0 {
          places[number][Int(entry.shard), default: []].append((place, Int(entry.row)))
        } else if trustsRefusals {
          recalled[place] = source.refusal(entry).map(Recalled.refused)
        }
        break
      }
    }
    for (source, shards) in zip(sources, places) {
      for (shard, wanted) in shards.sorted(by: { $0.key < $1.key }) {
        do {
          for (found, row) in zip(wanted, try source.rows(wanted.map(\.row), ofShard: shard)) {
            recalled[found.place] = .row(row)
          }
        } catch let error as CorruptFile {
          job.note("\(error); its rows are made again")
        } catch let error as DiskError where error.errno == .noSuchFileOrDirectory {
          job.note("\(error.path) is gone; its rows are made again")
        }
      }
    }
    return recalled
  }

  /// What is known of a content.
  enum Recalled: Sendable {
    case row(ArraySlice<Float>)
    case refused(ShardContents.Refusal)
  }
}

/// One earlier artifact with its index of contents.
final class EarlierContents: Sendable {
  let artifact: Artifact
  let index: ContentIndex
  /// Shards whose rows were held against their digest in this run; refusals by shard.
  private let checked = Mutex<Set<Int>>([])
  private let refusals = Mutex<[Int: [ShardContents.Refusal]]>([:])

  /// Nil if the artifact has no sound index.
  init?(_ artifact: Artifact, phase: String) {
    guard let file = (try? artifact.uncheckedSummary())?.files.first(where: { $0.name == ContentIndex.name }),
      let index = try? ContentIndex(file, in: artifact, phase: phase)
    else { return nil }
    self.artifact = artifact
    self.index = index
  }

  /// Whether it was made by the stage of a recipe, and not by another with the same options.
  func isOfStage(_ recipe: Recipe) -> Bool {
    guard let own = try? artifact.recipe() else { return false }
    return own.stage == recipe.stage && own.pipeline == recipe.pipeline
  }

  /// Rows of a shard, whose file is held against its digest before the first of them is used.
  ///
  /// - Throws: `CorruptFile`, `DiskError`.
  func rows(_ rows: [Int], ofShard place: Int) throws -> [ArraySlice<Float>] {
    let shard = index.shard(place)
    guard rows.allSatisfy({ $0 < shard.rows }) else {
      throw CorruptFile(artifact.path(of: ContentIndex.name), "it names rows that \(shard.vectors.name) does not have")
    }
    if checked.withLock({ $0.contains(place) }) { return try mappedRows(rows, shard) }
    let matrix: Matrix
    do { matrix = try Matrix(numpyBytes: artifact.read(shard.vectors)) } catch let error as NumpyError {
      throw CorruptFile(artifact.path(of: shard.vectors.name), error.reason)
    }
    guard matrix.rows == shard.rows, matrix.columns == index.columns else {
      throw CorruptFile(artifact.path(of: shard.vectors.name), "it has another shape than its index says")
    }
    checked.withLock { _ = $0.insert(place) }
    return rows.map { matrix[row: $0] }
  }

  /// Some rows of a file that is known to be sound: whole shards are not read once for each of the jobs that want a part of them.
  private func mappedRows(_ rows: [Int], _ shard: ContentIndex.Shard) throws -> [ArraySlice<Float>] {
    let path = artifact.path(of: shard.vectors.name)
    let file: FileBytes
    do { file = try FileBytes(path: path.string) } catch { throw CorruptFile(path, "\(error)") }
    let size = index.columns * 4
    let start = NumpyHeader(element: .float32, shape: [shard.rows, index.columns]).dataOffset
    guard file.count == start + shard.rows * size else { throw CorruptFile(path, "it was cut since it was checked") }
    return rows.map { file.array(of: Float.self, in: start + $0 * size..<start + ($0 + 1) * size)[...] }
  }

  /// Why a content was refused; nil if that cannot be read any more.
  func refusal(_ entry: ContentIndex.Entry) -> ShardContents.Refusal? {
    let (place, number) = (Int(entry.shard), Int(entry.row & ~ContentIndex.refusalMark))
    let all = refusals.withLock { refusals in
      if let known = refusals[place] { return known }
      let read = (try? ShardContents(index.shard(place).contents, in: artifact))?.refusals ?? []
      refusals[place] = read
      return read
    }
    return number < all.count && all[number].key == entry.key ? all[number] : nil
  }
}
