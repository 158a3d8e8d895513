import Dispatch
import Synchronization

/// Runs `body` once for every chunk of `0..<count`, on at most `threads` threads, and returns when all are done.
///
/// The chunks depend on `count` and `chunk` alone, never on `threads`, so work that keeps to its chunk gives the same
/// result at any width. Which thread takes which chunk, and in what order, is not fixed.
public func parallelFor(
  _ count: Int, threads: Int, chunk: Int = 1, body: @Sendable (Range<Int>) -> Void
) {
  precondition(chunk > 0, "a chunk has at least one element")
  let chunks = (count + chunk - 1) / chunk
  let width = min(threads, chunks)
  let next = SharedCounter()
  @Sendable func work(_: Int) {
    while case let number = next.take(), number < chunks {
      body(number * chunk..<min(count, (number + 1) * chunk))
    }
  }
  if width > 1 { DispatchQueue.concurrentPerform(iterations: width, execute: work) } else { work(0) }
}

/// The values of `body` for every chunk of `0..<count`, in the order of the chunks.
public func parallelMap<Value: Sendable>(
  _ count: Int, threads: Int, chunk: Int = 1, body: @Sendable (Range<Int>) -> Value
) -> [Value] {
  let chunks = (count + chunk - 1) / chunk
  let values = Mutex([Value?](repeating: nil, count: chunks))
  parallelFor(count, threads: threads, chunk: chunk) { range in
    let value = body(range)
    values.withLock { $0[range.lowerBound / chunk] = value }
  }
  return values.withLock { $0.map { $0! } }
}

private final class SharedCounter: Sendable {
  private let value = Atomic<Int>(0)
  func take() -> Int { value.add(1, ordering: .relaxed).oldValue }
}
