import SystemPackage

extension ExportFile {
  /// Writes all of another file, a piece of 1 MiB at a time.
  ///
  /// - Throws: `IndexFormatError`, `CancellationError` between two pieces.
  func copy(from source: FilePath) throws {
    do {
      let descriptor = try FileDescriptor.open(source, .readOnly, options: .closeOnExec)
      try descriptor.closeAfter {
        var piece = [UInt8](repeating: 0, count: 1 << 20)
        while true {
          try Task.checkCancellation()
          let count = try piece.withUnsafeMutableBytes { try descriptor.read(into: $0) }
          guard count > 0 else { return }
          try write { $0.put(piece[..<count]) }
        }
      }
    } catch let errno as Errno { throw IndexFormatError(.io, source, "cannot be read: \(errno)") }
  }
}
