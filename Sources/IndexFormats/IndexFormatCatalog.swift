/// The formats that an export stage may name.
public enum IndexFormatCatalog {
  /// In the order of their names.
  public static let all: [any IndexFormat] = [
    BuiltIndexFormat(), RawVectors(.fbin), RawVectors(.fvecs), ClipRetrievalFormat(), ParquetFormat(),
    ItemStoreFormat(),
  ]

  /// The format of that name; nil if there is none.
  public static func format(named name: String) -> (any IndexFormat)? { all.first { $0.name == name } }
}
