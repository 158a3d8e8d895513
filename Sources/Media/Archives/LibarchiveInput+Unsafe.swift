import CArchive
import Glibc

/// The source as libarchive's callbacks see it.
final class LibarchiveInput {
  let source: any ByteSource
  /// The first error of the source; libarchive only learns that there was one.
  var failure: ArchiveError?
  private let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 256 << 10, alignment: 64)

  init(_ source: any ByteSource) { self.source = source }
  deinit { buffer.deallocate() }

  /// The handle's owner keeps this object alive as long as the handle.
  func attach(to handle: OpaquePointer, seekable: Bool) {
    archive_read_set_callback_data(handle, Unmanaged.passUnretained(self).toOpaque())
    archive_read_set_read_callback(handle) { _, context, block in
      LibarchiveInput.from(context).read(block)
    }
    archive_read_set_skip_callback(handle) { _, context, count in
      Int64(LibarchiveInput.from(context).source.skip(Int(count)))
    }
    guard seekable else { return }
    archive_read_set_seek_callback(handle) { _, context, offset, origin in
      LibarchiveInput.from(context).seek(Int(offset), origin)
    }
  }

  private static func from(_ context: UnsafeMutableRawPointer?) -> LibarchiveInput {
    Unmanaged<LibarchiveInput>.fromOpaque(context!).takeUnretainedValue()
  }

  private func read(_ block: UnsafeMutablePointer<UnsafeRawPointer?>?) -> Int {
    block?.pointee = UnsafeRawPointer(buffer.baseAddress)
    do throws(ArchiveError) {
      return try source.read(into: buffer)
    } catch {
      if failure == nil { failure = error }
      return Int(ARCHIVE_FATAL)
    }
  }

  private func seek(_ offset: Int, _ origin: Int32) -> Int64 {
    guard let file = source as? FileSource else { return Int64(ARCHIVE_FATAL) }
    let base = origin == SEEK_SET ? 0 : origin == SEEK_CUR ? file.position : file.file.size
    let (target, overflow) = base.addingReportingOverflow(offset)
    guard !overflow, target >= 0 else { return Int64(ARCHIVE_FATAL) }
    file.position = min(target, file.file.size)
    return Int64(file.position)
  }
}
