internal import Tensors

/// An answer on its way in.
struct CommandAnswer {
  let count: Int
  let dimension: Int
  var bytes: [UInt8] = []
  private var length: Int?

  init(count: Int, dimension: Int) {
    self.count = count
    self.dimension = dimension
  }

  var isComplete: Bool { length.map { bytes.count == 8 + $0 } ?? false }

  /// Holds what has come against what may come.
  mutating func check() throws(CommandFrameError) {
    if length == nil, bytes.count >= 8 {
      length = try CommandFrame.answerLength(bytes[..<8], count: count, dimension: dimension)
    }
    if let length, bytes.count > 8 + length {
      throw CommandFrameError("more follows its \(length) bytes; does the program print to standard output?")
    }
  }

  func matrix() throws(CommandFrameError) -> Matrix {
    try CommandFrame.matrix(bytes[8...], count: count, dimension: dimension)
  }
}
