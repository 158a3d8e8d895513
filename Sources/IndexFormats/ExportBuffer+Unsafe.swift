// Numbers are copied as they lie in memory: every machine that Vecmill runs on is little endian.
extension ExportBuffer {
  mutating func put(floats: some Collection<Float>) {
    let copied: Void? = floats.withContiguousStorageIfAvailable { buffer in
      bytes.append(contentsOf: UnsafeRawBufferPointer(buffer))
    }
    if copied == nil { for value in floats { put(value.bitPattern) } }
  }
}

extension [Float] {
  /// Floats from the bytes of a file, at any alignment; `bytes.count` must be a multiple of 4.
  init(littleEndianBytes bytes: ArraySlice<UInt8>) {
    self.init(unsafeUninitializedCapacity: bytes.count / 4) { target, count in
      UnsafeMutableRawBufferPointer(target).copyBytes(from: bytes)
      count = bytes.count / 4
    }
  }
}
