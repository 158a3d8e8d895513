import CHeap

/// Memory that is free but not given back.
enum FreedMemory {
  /// Gives it back to the system: the C library keeps what a job on the whole input freed, and the next one takes its own beside it.
  static func giveBack() { vm_trim_heap() }

  /// Gives it back where the process comes near its ceiling. Shards of many jobs leave buffers of all sizes behind: 5 million vectors
  /// took 411 MB under a ceiling of 256 MiB, of which 78 were in use.
  static func giveBack(near ceiling: Int) {
    if vm_resident_bytes() > ceiling / 4 * 3 { vm_trim_heap() }
  }
}
