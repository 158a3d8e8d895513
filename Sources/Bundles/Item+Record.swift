public import IndexFormats
public import Media

extension Item {
  /// A record as a row of an export.
  public init(_ record: Record) {
    self.init(
      id: record.id, archive: record.archive, entry: record.entry, ordinal: record.ordinal, offset: record.offset,
      size: record.size, position: record.position, digest: record.digest, format: record.format, width: record.width,
      height: record.height, caption: record.caption, text: record.text, fields: record.fields)
  }

  /// The record that the row was made from.
  public var record: Record {
    Record(
      id: id, archive: archive, entry: entry, ordinal: ordinal, offset: offset, size: size, position: position,
      digest: digest, format: format, width: width, height: height, caption: caption, text: text, fields: fields)
  }
}
