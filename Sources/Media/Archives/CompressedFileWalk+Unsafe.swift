/// A lone compressed text as an archive of one entry, whose size is known only at its end.
final class CompressedFileWalk: EntryWalk {
  private let source: CappedSource
  private let name: [UInt8]
  private var started = false

  init(
    _ file: ByteFile, _ compression: ArchiveKind.Compression, path: String, limits: ArchiveLimits
  ) throws(ArchiveError) {
    source = CappedSource(try file.inflated(compression), limits)
    let last = path.utf8.split(separator: UInt8(ascii: "/")).last ?? []
    name = Array(last[..<(last.lastIndex(of: UInt8(ascii: ".")) ?? last.endIndex)])
  }

  var bytesRead: Int { source.bytesRead }

  func next() throws(ArchiveError) -> EntryHeader? {
    if started { return nil }
    started = true
    return EntryHeader(name: name, kind: .file)
  }

  func read(into buffer: UnsafeMutableRawBufferPointer) throws(EntryFailure) -> Int {
    var done = 0
    do throws(ArchiveError) {
      while done < buffer.count {
        let count = try source.read(into: UnsafeMutableRawBufferPointer(rebasing: buffer[done...]))
        if count == 0 { break }
        done += count
      }
    } catch { throw .archive(error) }
    return done
  }

  func finish() throws(ArchiveError) {}
}

extension ByteFile {
  /// The file's bytes with its compression taken off.
  func inflated(_ compression: ArchiveKind.Compression) throws(ArchiveError) -> any ByteSource {
    switch compression {
    case .none: FileSource(self)
    case .gzip: GzipSource(self)
    case .bzip2, .xz, .zstd: try FilterSource(self)
    }
  }
}
