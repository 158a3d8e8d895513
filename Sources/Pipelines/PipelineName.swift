/// The names that pipelines, stages and params can have.
package enum PipelineName {
  /// Letters and digits of ASCII, `-` and `_`; no `-` in front, where a command line would take it for an option.
  package static func isValid(_ name: some StringProtocol) -> Bool {
    guard let first = name.utf8.first, first != UInt8(ascii: "-"), name.utf8.count <= 100 else {
      return false
    }
    return name.utf8.allSatisfy { byte in
      switch byte {
      case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "-"), UInt8(ascii: "_"): true
      default: false
      }
    }
  }
}
