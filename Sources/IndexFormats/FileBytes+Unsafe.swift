import Artifacts
import Foundation
import Synchronization
import SystemPackage
import VectorSearch

/// The bytes of a file, mapped rather than read, or of an array; every access is checked.
package final class FileBytes: MappedBytes, @unchecked Sendable {
  // Immutable after init and unmapped in deinit alone, which is what makes sharing it safe.
  private let base: UnsafeRawPointer
  package let count: Int
  /// Whether pages are let go once they were copied from: an index larger than memory is read through, not gathered in memory.
  private let letsGo: Bool
  /// Bytes of small ranges that were looked at since all pages were let go last.
  private let touched = Atomic<Int>(0)
  private let release: () -> Void

  package init(_ bytes: [UInt8]) {
    let copy = UnsafeMutableRawBufferPointer.allocate(byteCount: max(1, bytes.count), alignment: 16)
    copy.copyBytes(from: bytes)
    base = UnsafeRawPointer(copy.baseAddress!)
    count = bytes.count
    letsGo = false
    release = { copy.deallocate() }
  }

  /// - Throws: `DiskError`; `FaissError` if the file is empty.
  package init(path: String, letsGo: Bool = false) throws {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw DiskError(.open, FilePath(path), Errno(rawValue: errno)) }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_size > 0 else {
      throw FaissError(offset: 0, "\(path) is empty")
    }
    let size = Int(status.st_size)
    guard let mapped = mmap(nil, size, PROT_READ, MAP_PRIVATE, descriptor, 0), mapped != MAP_FAILED else {
      throw DiskError(.map, FilePath(path), Errno(rawValue: errno))
    }
    base = UnsafeRawPointer(mapped)
    count = size
    self.letsGo = letsGo
    release = { munmap(mapped, size) }
  }

  deinit { release() }

  package func load<T: BitwiseCopyable>(_ type: T.Type, at offset: Int) -> T {
    precondition(offset >= 0 && offset + MemoryLayout<T>.size <= count, "outside the file")
    return base.loadUnaligned(fromByteOffset: offset, as: type)
  }

  /// The elements of a range of bytes; little endian, as every machine that this runs on.
  package func array<T: BitwiseCopyable>(of type: T.Type, in range: Range<Int>) -> [T] {
    precondition(range.lowerBound >= 0 && range.upperBound <= count, "outside the file")
    defer { letGo(range) }
    let elements = range.count / MemoryLayout<T>.stride
    return [T](unsafeUninitializedCapacity: elements) { out, filled in
      UnsafeMutableRawBufferPointer(out).copyMemory(
        from: UnsafeRawBufferPointer(
          start: base + range.lowerBound, count: elements * MemoryLayout<T>.stride))
      filled = elements
    }
  }

  package func bytes(in range: Range<Int>) -> [UInt8] { array(of: UInt8.self, in: range) }

  package func withBytes<R>(in range: Range<Int>, _ body: (UnsafeRawBufferPointer) -> R) -> R {
    precondition(range.lowerBound >= 0 && range.upperBound <= count, "outside the file")
    defer { letGo(range) }
    return body(UnsafeRawBufferPointer(start: base + range.lowerBound, count: range.count))
  }

  /// The pages' contents are in the system's cache still. A call costs as much as copying some pages, so that small ranges, such as
  /// the lists of an inverted file, go together: measuring five million vectors of 16 bytes, list by list, had kept the whole file.
  private func letGo(_ range: Range<Int>) {
    guard letsGo else { return }
    guard range.count < Self.large else { return letGoPages(of: range) }
    // The system maps what lies around a page as well, up to a whole folio: 200 rows of a Flat index had 270 MB in memory.
    let (_, touched) = touched.add(range.count + Self.around, ordering: .relaxed)
    guard touched >= Self.enough else { return }
    self.touched.store(0, ordering: .relaxed)
    letGoPages(of: 0..<count)
  }

  private static let large = 1 << 18
  private static let around = 2 << 20
  private static let enough = 16 << 20

  private func letGoPages(of range: Range<Int>) {
    let page = Int(getpagesize())
    let start = range.lowerBound / page * page
    madvise(UnsafeMutableRawPointer(mutating: base + start), range.upperBound - start, Int32(MADV_DONTNEED))
  }
}
