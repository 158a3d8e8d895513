internal import Foundation

extension Tokenizer {
  /// Takes accents off by compatibility decomposition, as scikit-learn's `strip_accents` does.
  static func strippingAccents(_ text: [UInt8], _ stripping: HashingOptions.AccentStripping) -> [UInt8] {
    guard stripping != .none, text.contains(where: { $0 >= 0x80 }) else { return text }
    let decomposed = String(decoding: text, as: UTF8.self).decomposedStringWithCompatibilityMapping
    var stripped: [UInt8] = []
    stripped.reserveCapacity(text.count)
    for scalar in decomposed.unicodeScalars {
      let isKept =
        stripping == .ascii ? scalar.isASCII : scalar.properties.canonicalCombiningClass == .notReordered
      if isKept { stripped.append(contentsOf: UTF8.encode(scalar)!) }
    }
    return stripped
  }
}
