/// Work cut into blocks whose results come back in order, so that the number of threads changes no bit.
enum ParallelBlocks {
  /// The results of `body` for each block of `size` numbers below `count`, at most `width` at a time.
  static func map<Result: Sendable>(
    count: Int, size: Int, width: Int, _ body: @escaping @Sendable (Range<Int>) -> Result
  ) async throws -> [Result] {
    let blocks = stride(from: 0, to: count, by: size).map { $0..<min($0 + size, count) }
    return try await withThrowingTaskGroup(of: (Int, Result).self) { group in
      var results = [Result?](repeating: nil, count: blocks.count)
      for (place, block) in blocks.enumerated() {
        if place >= max(width, 1), let (done, result) = try await group.next() { results[done] = result }
        group.addTask {
          try Task.checkCancellation()
          return (place, body(block))
        }
      }
      for try await (done, result) in group { results[done] = result }
      return results.map { $0! }
    }
  }
}
