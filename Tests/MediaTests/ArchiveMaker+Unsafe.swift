import CArchive
import Glibc

/// Archives of every kind, written by libarchive.
enum ArchiveMaker {
  enum Kind: String, CaseIterable, CustomStringConvertible {
    case tar
    case gzip = "tar.gz"
    case bzip2 = "tar.bz2"
    case xz = "tar.xz"
    case zstd = "tar.zst"
    case zip
    case storedZip = "stored.zip"
    case sevenZip = "7z"
    var description: String { rawValue }
  }

  /// The members as one archive.
  static func make(_ kind: Kind, _ members: [(name: String, bytes: [UInt8])]) -> [UInt8] {
    // Names are UTF-8 for all formats but 7z, which libarchive writes through the locale.
    let locale = newlocale(1 << LC_CTYPE, "C.UTF-8", nil)
    let previous = uselocale(locale)
    defer {
      uselocale(previous)
      freelocale(locale)
    }
    let handle = archive_write_new()
    defer { archive_write_free(handle) }
    switch kind {
    case .zip, .storedZip: archive_write_set_format_zip(handle)
    case .sevenZip: archive_write_set_format_7zip(handle)
    default: archive_write_set_format_pax_restricted(handle)
    }
    switch kind {
    case .gzip: archive_write_add_filter_gzip(handle)
    case .bzip2: archive_write_add_filter_bzip2(handle)
    case .xz: archive_write_add_filter_xz(handle)
    case .zstd: archive_write_add_filter_zstd(handle)
    default: break
    }
    if kind == .storedZip { archive_write_zip_set_compression_store(handle) }
    var out = [UInt8](repeating: 0, count: members.reduce(1 << 16) { $0 + $1.bytes.count + 8192 })
    var used = 0
    out.withUnsafeMutableBytes { out in
      archive_write_open_memory(handle, out.baseAddress, out.count, &used)
      for member in members { add(member, to: handle) }
      archive_write_close(handle)
    }
    return Array(out.prefix(used))
  }

  /// The bytes through xz and nothing else.
  static func xz(_ bytes: [UInt8]) -> [UInt8] {
    let handle = archive_write_new()
    defer { archive_write_free(handle) }
    archive_write_set_format_raw(handle)
    archive_write_add_filter_xz(handle)
    var out = [UInt8](repeating: 0, count: bytes.count + 1 << 16)
    var used = 0
    out.withUnsafeMutableBytes { out in
      archive_write_open_memory(handle, out.baseAddress, out.count, &used)
      add(("raw", bytes), to: handle)
      archive_write_close(handle)
    }
    return Array(out.prefix(used))
  }

  private static func add(_ member: (name: String, bytes: [UInt8]), to handle: OpaquePointer?) {
    let entry = archive_entry_new()
    defer { archive_entry_free(entry) }
    archive_entry_set_pathname_utf8(entry, member.name)
    archive_entry_set_pathname(entry, member.name)
    archive_entry_set_size(entry, Int64(member.bytes.count))
    archive_entry_set_filetype(entry, 0o100000)
    archive_entry_set_perm(entry, 0o644)
    archive_write_header(handle, entry)
    _ = member.bytes.withUnsafeBytes { archive_write_data(handle, $0.baseAddress, $0.count) }
  }
}
