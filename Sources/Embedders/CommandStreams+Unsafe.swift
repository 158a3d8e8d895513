internal import CSpawn
internal import Foundation

/// Reading and writing on file descriptors that do not block.
enum CommandStreams {
  static let readable = Int32(POLLIN)
  static let writable = Int32(POLLOUT)

  enum Reading: Equatable {
    case bytes(Int)
    case nothingYet
    case end
  }

  /// Adds what is there to `buffer`, at most 64 KiB.
  static func read(_ descriptor: Int32, into buffer: inout [UInt8]) -> Reading {
    let size = 1 << 16
    let old = buffer.count
    buffer.append(contentsOf: repeatElement(0, count: size))
    let count = buffer.withUnsafeMutableBytes { Foundation.read(descriptor, $0.baseAddress! + old, size) }
    let code = errno
    buffer.removeLast(size - max(count, 0))
    if count > 0 { return .bytes(count) }
    return count < 0 && (code == EAGAIN || code == EINTR) ? .nothingYet : .end
  }

  /// Writes from `offset` on as much as fits; nil when nobody reads any more.
  static func write(_ descriptor: Int32, _ bytes: [UInt8], from offset: Int) -> Int? {
    let count = bytes.withUnsafeBytes { Foundation.write(descriptor, $0.baseAddress! + offset, $0.count - offset) }
    if count >= 0 { return count }
    return errno == EAGAIN || errno == EINTR ? 0 : nil
  }

  /// Waits until one of the descriptors is ready or `seconds` are over; which are ready, by place.
  static func wait(_ interests: [(descriptor: Int32, events: Int32)], seconds: Double?) -> [Bool] {
    var polled = interests.map { pollfd(fd: $0.descriptor, events: Int16($0.events), revents: 0) }
    let milliseconds = seconds.map { Int32(min(max(($0 * 1000).rounded(.up), 0), 1e9)) } ?? -1
    let count = poll(&polled, nfds_t(polled.count), milliseconds)
    return polled.map { count > 0 && $0.revents != 0 }
  }

  /// Makes a write to a closed pipe an error instead of a signal, for the calling thread alone.
  static func blockBrokenPipeSignal() {
    var signals = sigset_t()
    sigemptyset(&signals)
    sigaddset(&signals, SIGPIPE)
    pthread_sigmask(SIG_BLOCK, &signals, nil)
  }
}

/// Wakes a thread that waits on file descriptors.
final class CommandWake: Sendable {
  let descriptor: Int32
  private let writing: Int32

  /// - Throws: `CommandError.program` when no more files can be opened.
  init() throws {
    var ends: [Int32] = [-1, -1]
    let code = vm_pipe(&ends)
    guard code == 0 else { throw CommandError.program("pipe", reason: String(cString: strerror(code))) }
    for end in ends { _ = fcntl(end, F_SETFL, O_NONBLOCK) }
    descriptor = ends[0]
    writing = ends[1]
  }

  deinit {
    close(descriptor)
    close(writing)
  }

  func signal() { _ = CommandStreams.write(writing, [0], from: 0) }

  func clear() {
    var buffer: [UInt8] = []
    while case .bytes = CommandStreams.read(descriptor, into: &buffer) {}
  }
}
