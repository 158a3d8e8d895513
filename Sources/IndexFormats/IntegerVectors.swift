/// The files of neighbour lists of the nearest-neighbour benchmarks: ivecs, for each row `i32 d` and d `i32`.
public enum IntegerVectors {
  /// The file's bytes for some rows; rows may differ in length.
  public static func bytes(of rows: [[Int32]]) -> [UInt8] {
    var buffer = ExportBuffer()
    for row in rows {
      buffer.put(Int32(row.count))
      for value in row { buffer.put(value) }
    }
    return buffer.bytes
  }
}
