/// A zip archive whose members are stored as they are: the container of `.npz`.
///
/// Members keep their order, and have no times: the same members give the same bytes. Below 4 GiB and 65,535 members;
/// no zip64.
/// Layout: https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT
package struct StoredZip: Equatable {
  package var members: [(name: String, bytes: [UInt8])] = []

  package init() {}

  package static func == (one: StoredZip, other: StoredZip) -> Bool {
    one.members.elementsEqual(other.members) { $0.name == $1.name && $0.bytes == $1.bytes }
  }

  private static let signatures = (local: UInt32(0x0403_4B50), central: UInt32(0x0201_4B50), end: UInt32(0x0605_4B50))
  /// 1 January 1980, the earliest date that a zip can tell.
  private static let date: UInt16 = 0x21

  package var bytes: [UInt8] {
    var archive = ExportBuffer()
    var directory = ExportBuffer()
    for (name, bytes) in members {
      let offset = archive.count
      let common = Self.commonHeader(name, bytes)
      archive.put(Self.signatures.local)
      archive.put(common.bytes)
      archive.put(text: name)
      archive.put(bytes)
      directory.put(Self.signatures.central)
      directory.put(UInt16(20))
      directory.put(common.bytes)
      // Comment length, disk number, internal attributes, external attributes.
      for _ in 0..<3 { directory.put(UInt16(0)) }
      directory.put(UInt32(0))
      directory.put(UInt32(offset))
      directory.put(text: name)
    }
    let start = archive.count
    archive.put(directory.bytes)
    archive.put(Self.signatures.end)
    archive.put(UInt32(0))
    for _ in 0..<2 { archive.put(UInt16(members.count)) }
    archive.put(UInt32(directory.count))
    archive.put(UInt32(start))
    archive.put(UInt16(0))
    return archive.bytes
  }

  /// The fields that a member's local and central header share.
  private static func commonHeader(_ name: String, _ bytes: [UInt8]) -> ExportBuffer {
    var header = ExportBuffer()
    header.put(UInt16(20))
    header.put(UInt16(0))
    header.put(UInt16(0))
    header.put(UInt16(0))
    header.put(date)
    header.put(CRC32.checksum(bytes))
    header.put(UInt32(bytes.count))
    header.put(UInt32(bytes.count))
    header.put(UInt16(name.utf8.count))
    header.put(UInt16(0))
    return header
  }
}
