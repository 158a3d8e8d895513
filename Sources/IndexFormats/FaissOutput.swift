import Tensors
import VectorSearch

/// Collects the numbers of a Faiss file and passes them on in large pieces.
struct FaissOutput {
  private let sink: ([UInt8]) throws -> Void
  private var buffer: [UInt8] = []

  init(_ sink: @escaping ([UInt8]) throws -> Void) { self.sink = sink }

  mutating func write(_ number: some FixedWidthInteger) {
    withUnsafeBytes(of: number.littleEndian) { buffer.append(contentsOf: $0) }
  }

  mutating func write(_ number: Float) { write(number.bitPattern) }
  mutating func write(_ flag: Bool) { write(UInt8(flag ? 1 : 0)) }
  mutating func write(tag: String) { buffer.append(contentsOf: tag.utf8) }

  mutating func write(bytes: [UInt8]) throws {
    buffer.append(contentsOf: bytes)
    if buffer.count >= 1 << 20 { try flush() }
  }

  mutating func write(counted values: [Float]) throws {
    write(UInt64(values.count))
    for value in values { write(value) }
    if buffer.count >= 1 << 20 { try flush() }
  }

  mutating func write(_ labels: [Int64]) throws {
    for label in labels { write(label) }
    if buffer.count >= 1 << 20 { try flush() }
  }

  mutating func flush() throws {
    try sink(buffer)
    buffer.removeAll(keepingCapacity: true)
  }

  mutating func header(_ tag: String, dimension: Int, count: Int, metric: Metric) {
    write(tag: tag)
    write(Int32(dimension))
    write(Int64(count))
    for _ in 0..<2 { write(Int64(1 << 20)) }  // not used by readers, but Faiss writes it
    write(true)
    write(Int32(metric == .l2 ? 1 : 0))
  }

  mutating func write(_ quantizer: ProductQuantizer) throws {
    write(UInt64(quantizer.dimension))
    write(UInt64(quantizer.parts))
    write(UInt64(quantizer.bits))
    try write(counted: quantizer.centroids.values)
  }

  mutating func write(_ transform: VectorTransform, dimension: Int) throws {
    var output = dimension
    switch transform {
    case .l2:
      write(tag: "VNrm")
      write(Float(2))
    case .linear(let map):
      write(tag: map.principal == nil ? "LTra" : "Pcam")
      if let principal = map.principal {
        write(principal.eigenPower)
        write(principal.epsilon)
        write(false)
        write(Int32(0))
        try write(counted: principal.mean)
        try write(counted: principal.eigenvalues)
        try write(counted: principal.axes.values)
      }
      write(map.bias != nil)
      try write(counted: map.matrix.values)
      try write(counted: map.bias ?? [])
      output = map.outputDimension
    }
    write(Int32(dimension))
    write(Int32(output))
    write(true)
  }
}
