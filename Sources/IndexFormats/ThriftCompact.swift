/// Writes structs in Thrift's compact protocol, as Parquet's headers and footer use it.
///
/// Fields must come in rising order of their ids, at most 15 apart.
/// Layout: https://github.com/apache/thrift/blob/master/doc/specs/thrift-compact-protocol.md
struct ThriftCompact {
  private(set) var buffer = ExportBuffer()
  private var lastID = 0

  private enum Kind: UInt8 {
    case int32 = 5
    case int64 = 6
    case binary = 8
    case list = 9
    case structure = 12
  }

  /// A whole struct: its fields, and the zero that ends it.
  static func structure(_ fill: (inout ThriftCompact) -> Void) -> ThriftCompact {
    var thrift = ThriftCompact()
    fill(&thrift)
    thrift.buffer.put(CollectionOfOne(0))
    return thrift
  }

  mutating func int32(_ id: Int, _ value: Int) {
    field(id, .int32)
    zigzag(value)
  }

  mutating func int64(_ id: Int, _ value: Int) {
    field(id, .int64)
    zigzag(value)
  }

  mutating func text(_ id: Int, _ value: String) {
    field(id, .binary)
    binary(value)
  }

  mutating func structure(_ id: Int, _ fill: (inout ThriftCompact) -> Void) {
    field(id, .structure)
    buffer.put(Self.structure(fill).buffer.bytes)
  }

  mutating func int32s(_ id: Int, _ values: [Int]) {
    list(id, values.count, .int32)
    for value in values { zigzag(value) }
  }

  mutating func texts(_ id: Int, _ values: [String]) {
    list(id, values.count, .binary)
    for value in values { binary(value) }
  }

  mutating func structures(_ id: Int, _ values: [ThriftCompact]) {
    list(id, values.count, .structure)
    for value in values { buffer.put(value.buffer.bytes) }
  }

  private mutating func field(_ id: Int, _ kind: Kind) {
    precondition(1...15 ~= id - lastID, "field \(id) after \(lastID)")
    buffer.put(CollectionOfOne(UInt8(id - lastID) << 4 | kind.rawValue))
    lastID = id
  }

  private mutating func list(_ id: Int, _ count: Int, _ kind: Kind) {
    field(id, .list)
    buffer.put(CollectionOfOne(UInt8(min(count, 15)) << 4 | kind.rawValue))
    if count >= 15 { buffer.put(varint: UInt64(count)) }
  }

  private mutating func binary(_ text: String) {
    buffer.put(varint: UInt64(text.utf8.count))
    buffer.put(text: text)
  }

  private mutating func zigzag(_ value: Int) {
    buffer.put(varint: UInt64(bitPattern: Int64(value << 1 ^ value >> 63)))
  }
}

extension ExportBuffer {
  /// Seven bits a byte, lowest first; the highest bit says that more follow.
  mutating func put(varint value: UInt64) {
    var rest = value
    while rest >= 128 {
      bytes.append(UInt8(rest & 127) | 128)
      rest >>= 7
    }
    bytes.append(UInt8(rest))
  }
}
