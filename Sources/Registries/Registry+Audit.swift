public import Artifacts
import Bundles
import SystemPackage

extension Registry {
  /// What re-reading a name found.
  public struct Audit: Sendable {
    /// Files that are missing or not what was committed.
    public internal(set) var faults: [CorruptFile] = []
    /// What is no damage, such as the rest of a change that never came true.
    public internal(set) var notes: [String] = []
    public internal(set) var versions = 0
    public internal(set) var files = 0
    public internal(set) var bytes = 0
  }

  /// Re-reads everything of a name: the chain of its history, the state that is its sum, every document, every byte.
  public func audit(_ name: String) throws -> Audit {
    var audit = Audit()
    let folder = folder(name)
    guard let state = audit.attempt({ try folder.state() }) ?? nil else {
      // Without a state the history tells how far it is whole.
      _ = audit.attempt { try folder.history(upTo: nil) }
      return audit
    }
    guard let history = audit.attempt({ try folder.history(upTo: state.head) }) else { return audit }
    if RegistryState(history) != state {
      audit.faults.append(CorruptFile(folder.aliasesPath, "it is not what the history adds up to"))
    }
    let rest = (try? disk.read(folder.historyPath).count).map { $0 - state.head.bytes } ?? 0
    if rest > 0 {
      audit.notes.append("\(folder.historyPath): \(rest) bytes of a change that never came true; the next one drops them")
    }
    for event in history.events {
      guard case .published(let number) = event.effect else { continue }
      check(number, event, of: folder, isFreed: state.freed.contains(number), &audit)
    }
    return audit
  }

  private func check(
    _ number: Int, _ event: RegistryEvent, of folder: RegistryFolder, isFreed: Bool, _ audit: inout Audit
  ) {
    let path = folder.documentPath(number)
    audit.versions += 1
    guard let version = audit.attempt({ try folder.version(number) }) else { return }
    if let found = try? disk.digest(path).digest, found != event.document {
      audit.faults.append(CorruptFile(path, "it is not the document that the history tells of"))
    }
    if !isFreed { checkBytes(of: version, &audit) }
  }

  /// Re-reads the bytes of a version: nobody is to be sent to a damaged one.
  ///
  /// - Throws: `RegistryError` that names the first file that is missing or not what was published.
  public func requireSound(_ version: RegistryVersion) throws {
    var audit = Audit()
    checkBytes(of: version, &audit)
    guard let fault = audit.faults.first else { return }
    throw RegistryError(
      .damaged, "\(version.reference)", "its bytes are not what was published, so nothing may lead there: \(fault)")
  }

  private func checkBytes(of version: RegistryVersion, _ audit: inout Audit) {
    for file in version.document.files {
      let place = version.folder.appending(file.name)
      guard let found = audit.attempt({ try disk.digest(place) }) else { continue }
      if found.size != file.size || found.digest != file.digest {
        audit.faults.append(CorruptFile(place, "its size or digest is not that of the published file"))
      }
      audit.files += 1
      audit.bytes += found.size
    }
    if version.document.kind == .bundle { check(bundle: version.folder, &audit) }
  }

  private func check(bundle folder: FilePath, _ audit: inout Audit) {
    do {
      audit.faults += try Bundle.faults(in: folder).map { CorruptFile(FilePath($0.subject), $0.reason) }
      let files = try Bundle.describe(folder).files
      audit.files += files.count
      audit.bytes += files.reduce(0) { $0 + $1.size }
    } catch let error as BundleError {
      audit.faults.append(CorruptFile(FilePath(error.subject), error.reason))
    } catch { audit.faults.append(CorruptFile(folder, "\(error)")) }
  }
}

extension Registry.Audit {
  /// The value, or nil and a fault.
  mutating func attempt<Value>(_ body: () throws -> Value) -> Value? {
    do { return try body() } catch let error as CorruptFile {
      faults.append(error)
    } catch let error as DiskError {
      faults.append(CorruptFile(error.path, "\(error)"))
    } catch { faults.append(CorruptFile("", "\(error)")) }
    return nil
  }
}
