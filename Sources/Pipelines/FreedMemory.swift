import CHeap

/// Memory that is free but not given back.
enum FreedMemory {
  /// Gives it back to the system: the C library keeps what a job on the whole input freed, and the next one takes its own beside it.
  static func giveBack() { vm_trim_heap() }
}
