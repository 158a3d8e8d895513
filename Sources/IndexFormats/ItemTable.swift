/// Items turned into columns, as the Parquet layouts show them.
struct ItemTable {
  let fields: [ItemField]

  /// The columns that every item has, and one for each field.
  var columns: [ParquetColumn] {
    Self.fixed + fields.map { ParquetColumn($0.column, Self.kind(of: $0), optional: true) }
  }

  private static let fixed = [
    ParquetColumn("id", .int64),
    ParquetColumn("archive", .string),
    ParquetColumn("entry", .string),
    ParquetColumn("ordinal", .int64),
    ParquetColumn("offset", .int64, optional: true),
    ParquetColumn("size", .int64),
    ParquetColumn("position", .int64, optional: true),
    ParquetColumn("digest", .string),
    ParquetColumn("format", .string),
    ParquetColumn("width", .int32, optional: true),
    ParquetColumn("height", .int32, optional: true),
    ParquetColumn("caption", .string, optional: true),
    ParquetColumn("text", .string, optional: true),
  ]

  /// - Throws: `IndexFormatError` if an item's fields are no JSON object.
  func values(of items: [Item]) throws -> [ParquetValues] {
    [
      .int64(items.map(\.id)),
      .string(items.map(\.archive)),
      .string(items.map(\.entry)),
      .int64(items.map { Int64($0.ordinal) }),
      .int64(items.map { $0.offset.map(Int64.init) }),
      .int64(items.map { Int64($0.size) }),
      .int64(items.map { $0.position.map(Int64.init) }),
      .string(items.map(\.digest)),
      .string(items.map(\.format)),
      .int32(items.map { $0.width.map(Int32.init(clamping:)) }),
      .int32(items.map { $0.height.map(Int32.init(clamping:)) }),
      .string(items.map(\.caption)),
      .string(items.map(\.text)),
    ] + (try fieldValues(of: items))
  }

  /// The values of the field columns alone.
  func fieldValues(of items: [Item]) throws -> [ParquetValues] {
    guard !fields.isEmpty else { return [] }
    var columns = fields.map { _ in [ItemValue](repeating: .null, count: items.count) }
    let places = Dictionary(uniqueKeysWithValues: fields.enumerated().map { ($1.key, $0) })
    for (row, item) in items.enumerated() {
      guard let text = item.fields else { continue }
      for (key, value) in try FieldScanner.members(of: text, item: item.id) {
        if let column = places[key] { columns[column][row] = value }
      }
    }
    return zip(fields, columns).map { field, values in
      switch field.kind {
      case .integer: .int64(values.map(\.integer))
      case .real: .double(values.map(\.real))
      case .bool: .bool(values.map(\.bool))
      case .text: .string(values.map(\.text))
      }
    }
  }

  static func kind(of field: ItemField) -> ParquetColumn.Kind {
    switch field.kind {
    case .integer: .int64
    case .real: .double
    case .bool: .bool
    case .text: .string
    }
  }
}

extension ItemValue {
  var integer: Int64? { if case .integer(let value) = self { value } else { nil } }
  var bool: Bool? { if case .bool(let value) = self { value } else { nil } }

  var real: Double? {
    switch self {
    case .real(let value): value
    case .integer(let value): Double(value)
    default: nil
    }
  }

  /// Any value as text; in a column of mixed values even numbers are.
  var text: String? {
    switch self {
    case .null: nil
    case .bool(let value): value ? "true" : "false"
    case .integer(let value): String(value)
    case .real(let value): "\(value)"
    case .text(let value), .nested(let value): value
    }
  }
}
