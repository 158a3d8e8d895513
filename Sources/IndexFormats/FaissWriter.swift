import Tensors
public import VectorSearch

/// Writes an index in Faiss' own format, to be opened by Faiss 1.15 (`read_index`) or `FaissReader`.
public enum FaissWriter {
  /// Writes an index piece by piece; a `ShardedContent` is never in memory as a whole.
  ///
  /// - Parameter sink: takes the file's bytes in order.
  /// - Throws: what the content or the sink throws.
  public static func write(
    _ content: some IndexContent, to sink: ([UInt8]) throws -> Void
  ) throws {
    try withoutActuallyEscaping(sink) { sink in
      var file = FaissFile(content: content, output: FaissOutput(sink))
      try file.write()
    }
  }

  /// The whole file as bytes.
  public static func bytes(_ content: some IndexContent) throws -> [UInt8] {
    var bytes: [UInt8] = []
    try write(content) { bytes += $0 }
    return bytes
  }

  /// A trained quantizer as the file of an index without vectors; `FaissReader` gives it back as `trained`.
  public static func bytes(_ trained: TrainedQuantizer) throws -> [UInt8] {
    try bytes(VectorIndex(trained, shards: []))
  }
}

/// One file on its way out.
private struct FaissFile<Content: IndexContent> {
  let content: Content
  var output: FaissOutput
  private var trained: TrainedQuantizer { content.trained }

  init(content: Content, output: FaissOutput) {
    self.content = content
    self.output = output
  }

  mutating func write() throws {
    if content.hasOuterIDs {
      header("IxM2", trained.dimension)
      try writeTransformed()
      output.write(UInt64(content.count))
      try content.forEachIDs { try output.write($0) }
    } else {
      try writeTransformed()
    }
    try output.flush()
  }

  private mutating func header(_ tag: String, _ dimension: Int) {
    output.header(tag, dimension: dimension, count: content.count, metric: trained.metric)
  }

  private mutating func writeTransformed() throws {
    let turn = trained.rotation.map { [VectorTransform.linear($0)] } ?? []
    guard trained.refinement != nil else {
      try write(trained.transforms + turn, dimension: trained.dimension)
      return try writeCodes()
    }
    try write(trained.transforms, dimension: trained.dimension)
    header("IxRF", trained.storedDimension)
    try write(turn, dimension: trained.storedDimension)
    try writeCodes()
    try writeRefinement()
    output.write(trained.refinementFactor)
  }

  private mutating func write(_ chain: [VectorTransform], dimension: Int) throws {
    guard !chain.isEmpty else { return }
    header("IxPT", dimension)
    output.write(Int32(chain.count))
    var input = dimension
    for step in chain {
      try output.write(step, dimension: input)
      input = try step.outputDimension(for: input)
    }
  }

  private mutating func writeRefinement() throws {
    let d = trained.storedDimension
    switch trained.refinement {
    case nil: return
    case .flat:
      header(trained.metric == .l2 ? "IxF2" : "IxFI", d)
      output.write(UInt64(content.count * d))
    case .scalar(let quantizer):
      header("IxSQ", d)
      output.write(Int32(0))
      output.write(Int32(0))
      output.write(Float(0))
      output.write(UInt64(d))
      output.write(UInt64(d))
      try output.write(counted: quantizer.minima + quantizer.spans)
      output.write(UInt64(content.count * d))
    }
    try content.forEachRefinement { try output.write(bytes: $0) }
  }

  private mutating func writeCodes() throws {
    if trained.coarse != nil { return try writeLists() }
    let d = trained.codedDimension
    switch trained.code {
    case .flat:
      header(trained.metric == .l2 ? "IxF2" : "IxFI", d)
      output.write(UInt64(content.count * d))
      try content.forEachChunk { try output.write(bytes: $0) }
    case .product(let quantizer, fastScan: false):
      header("IxPq", d)
      try output.write(quantizer)
      output.write(UInt64(content.count * quantizer.codeSize))
      try content.forEachChunk { try output.write(bytes: $0) }
      output.write(Int32(0))
      output.write(false)
      output.write(Int32(0))
    case .product(let quantizer, fastScan: true):
      try writePacked(quantizer)
    }
  }

  private mutating func writePacked(_ quantizer: ProductQuantizer) throws {
    header("IPfs", trained.codedDimension)
    try output.write(quantizer)
    for value in [0, 32, 0] { output.write(Int32(value)) }
    let padded = (content.count + 31) / 32 * 32
    output.write(UInt64(padded))
    output.write(UInt64(quantizer.codeSize * 2))
    output.write(UInt64(padded * quantizer.codeSize))
    var rest: [UInt8] = []
    let block = 32 * quantizer.codeSize
    try content.forEachChunk { codes in
      rest += codes
      let whole = rest.count / block * block
      try output.write(bytes: FaissPacking.packed(Array(rest[..<whole]), pairs: quantizer.codeSize))
      rest.removeFirst(whole)
    }
    try output.write(bytes: FaissPacking.packed(rest, pairs: quantizer.codeSize))
  }

  private mutating func writeLists() throws {
    guard let coarse = trained.coarse else { return }
    let d = trained.codedDimension
    switch trained.code {
    case .flat: header("IwFl", d)
    case .product(_, let fastScan): header(fastScan ? "IwPf" : "IwPQ", d)
    }
    output.write(UInt64(coarse.lists))
    output.write(UInt64(trained.nprobe))
    output.header(
      trained.metric == .l2 ? "IxF2" : "IxFI", dimension: d, count: coarse.lists, metric: trained.metric)
    try output.write(counted: coarse.centroids.values)
    output.write(UInt8(0))  // no direct map
    output.write(UInt64(0))
    guard case .product(let quantizer, let fastScan) = trained.code else { return try writeArrays() }
    output.write(coarse.byResidual)
    output.write(UInt64(quantizer.codeSize))
    if fastScan { return try writePackedLists(quantizer, count: coarse.lists) }
    try output.write(quantizer)
    try writeArrays()
  }

  private mutating func writeArrays() throws {
    let sizes = try content.listSizes()
    output.write(tag: "ilar")
    output.write(UInt64(sizes.count))
    output.write(UInt64(trained.codeSize))
    let filled = sizes.indices.filter { sizes[$0] > 0 }
    // Faiss' own choice between the two: only with it does Faiss write the same bytes again.
    if filled.count > sizes.count / 2 {
      output.write(tag: "full")
      output.write(UInt64(sizes.count))
      for size in sizes { output.write(UInt64(size)) }
    } else {
      output.write(tag: "sprs")
      output.write(UInt64(filled.count * 2))
      for list in filled {
        output.write(UInt64(list))
        output.write(UInt64(sizes[list]))
      }
    }
    try content.forEachList { codes, labels in
      try output.write(bytes: codes)
      try output.write(labels)
    }
  }

  private mutating func writePackedLists(_ quantizer: ProductQuantizer, count: Int) throws {
    output.write(Int32(32))
    output.write(UInt64(quantizer.codeSize * 2))
    output.write(Int32(0))
    output.write(UInt64(0))
    try output.write(quantizer)
    output.write(tag: "ilbl")
    output.write(UInt64(count))
    output.write(UInt64.max)  // Faiss' mark for codes that are not one after the other
    output.write(UInt64(32))
    output.write(UInt64(quantizer.codeSize * 32))
    try content.forEachList { codes, labels in
      output.write(UInt64(labels.count))
      try output.write(labels)
      let packed = FaissPacking.packed(codes, pairs: quantizer.codeSize)
      output.write(UInt64(packed.count))
      try output.write(bytes: packed)
    }
  }
}
