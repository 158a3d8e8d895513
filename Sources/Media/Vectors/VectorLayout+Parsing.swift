import Tensors

extension VectorLayout {
  /// Reads the header and holds it against the file's size.
  init(_ file: ByteFile, _ format: VectorFile.Format) throws(ArchiveError) {
    switch format {
    case .npy: try self.init(npy: file)
    case .fvecs: try self.init(vecs: file, .float32)
    case .bvecs: try self.init(vecs: file, .uint8)
    case .fbin: try self.init(bin: file, .float32)
    case .u8bin: try self.init(bin: file, .uint8)
    }
    guard columns > 0, columns <= 1 << 20 else {
      throw Self.error(file, "its rows have \(columns) values; 1 to \(1 << 20) are right")
    }
    let (bytes, overflow) = rows.multipliedReportingOverflow(by: stride)
    let lead = hasRowHeaders ? 4 : 0
    guard !overflow, bytes == file.size - start + lead else {
      throw Self.error(
        file, "\(rows) rows of \(columns) values do not fit its size of \(file.size) bytes", .truncated)
    }
  }

  private init(npy file: ByteFile) throws(ArchiveError) {
    let header: NumpyHeader
    do {
      header = try NumpyHeader(parsing: file.bytes(at: 0, count: min(file.size, 2 << 20)))
    } catch let error as ArchiveError {
      throw error
    } catch {
      throw Self.error(file, "\(error)")
    }
    let element: VectorElement
    switch header.element {
    case .float16: element = .float16
    case .float32: element = .float32
    case .float64: element = .float64
    case .uint8: element = .uint8
    case .int32, .int64: throw Self.error(file, "integers are no vectors", .unsupportedFormat)
    }
    guard header.shape.count == 2 else {
      throw Self.error(file, "its shape \(header.shape) has not two sides")
    }
    self.init(
      element: element, rows: header.shape[0], columns: header.shape[1], start: header.dataOffset,
      stride: header.shape[1] * element.size)
  }

  private init(vecs file: ByteFile, _ element: VectorElement) throws(ArchiveError) {
    let head = try file.bytes(at: 0, count: 4)
    guard head.count == 4 else { throw Self.error(file, "it is too short", .truncated) }
    let columns = Int(Int32(bitPattern: head.little32(0)))
    guard columns > 0 else { throw Self.error(file, "its first row has \(columns) values") }
    let stride = 4 + columns * element.size
    self.init(
      element: element, rows: file.size / stride, columns: columns, start: 4, stride: stride, hasRowHeaders: true)
  }

  private init(bin file: ByteFile, _ element: VectorElement) throws(ArchiveError) {
    let head = try file.bytes(at: 0, count: 8)
    guard head.count == 8 else { throw Self.error(file, "it is too short", .truncated) }
    let columns = Int(head.little32(4))
    self.init(
      element: element, rows: Int(head.little32(0)), columns: columns, start: 8, stride: columns * element.size)
  }

  static func error(_ file: ByteFile, _ message: String, _ code: RejectCode = .malformed) -> ArchiveError {
    ArchiveError(archive: file.archive, code: code, message: message)
  }
}
