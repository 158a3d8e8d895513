import Glibc

extension Interruption {
  /// The signals to listen for, with their default action set again should a shell have had them ignored.
  ///
  /// A hang-up that is ignored stays so: that is how `nohup` keeps a run alive. An interrupt is taken even then, because shells
  /// ignore it for every job in the background, and whoever sends one means it.
  static func listenedSignals() -> [Int32] {
    let previous = signal(SIGHUP, SIG_DFL)
    let isIgnored = previous.map { unsafeBitCast($0, to: Int.self) } == unsafeBitCast(SIG_IGN, to: Int?.self)
    if isIgnored { signal(SIGHUP, SIG_IGN) }
    signal(SIGINT, SIG_DFL)
    signal(SIGTERM, SIG_DFL)
    return [SIGINT, SIGTERM] + (isIgnored ? [] : [SIGHUP])
  }
}
