import Artifacts
import Foundation
import SystemPackage
import VectorSearch

/// The bytes of a file, mapped rather than read, or of an array; every access is checked.
package final class FileBytes: MappedBytes, @unchecked Sendable {
  // Immutable after init and unmapped in deinit alone, which is what makes sharing it safe.
  private let base: UnsafeRawPointer
  package let count: Int
  private let release: () -> Void

  package init(_ bytes: [UInt8]) {
    let copy = UnsafeMutableRawBufferPointer.allocate(byteCount: max(1, bytes.count), alignment: 16)
    copy.copyBytes(from: bytes)
    base = UnsafeRawPointer(copy.baseAddress!)
    count = bytes.count
    release = { copy.deallocate() }
  }

  /// - Throws: `DiskError`; `FaissError` if the file is empty.
  package init(path: String) throws {
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
    return body(UnsafeRawBufferPointer(start: base + range.lowerBound, count: range.count))
  }
}
