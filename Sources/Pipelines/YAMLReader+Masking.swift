/// `[${name}]` is no YAML: a brace opens a map there. So what stands in `${…}` is hidden from the parser by characters that mean
/// nothing to it, one for one, so that all places stay the same.
extension YAMLReader {
  /// Private-use characters: ASCII moved up. A text must not have any of its own.
  static let maskBase: UInt32 = 0xE100

  /// Whether a text must not have the character, because the reader uses it.
  static func isReserved(_ scalar: Unicode.Scalar) -> Bool {
    isDuplicateMark(scalar) || (maskBase..<maskBase + 0x80).contains(scalar.value)
  }

  static func masked(_ text: String) -> String.UnicodeScalarView {
    let scalars = Array(text.unicodeScalars)
    var masked = String.UnicodeScalarView()
    var index = 0
    while index < scalars.count {
      masked.append(scalars[index])
      let isOpening = scalars[index] == "$" && index + 1 < scalars.count && scalars[index + 1] == "{"
      index += 1
      guard isOpening, let end = closingBrace(in: scalars, from: index) else { continue }
      while index <= end {
        masked.append(mask(scalars[index]))
        index += 1
      }
    }
    return masked
  }

  static func unmasked(_ text: String) -> String {
    var unmasked = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      let isMasked = (maskBase..<maskBase + 0x80).contains(scalar.value)
      unmasked.append(isMasked ? Unicode.Scalar(UInt8(scalar.value - maskBase)) : scalar)
    }
    return String(unmasked)
  }

  private static func mask(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
    guard scalar.isASCII, !scalar.properties.isAlphabetic, !("0"..."9").contains(scalar) else {
      return scalar
    }
    return Unicode.Scalar(maskBase + scalar.value) ?? scalar
  }

  /// The brace that ends what the one at `from` opens: in the same line, with no quote and no other brace between.
  private static func closingBrace(in scalars: [Unicode.Scalar], from: Int) -> Int? {
    var index = from + 1
    while index < scalars.count, !SourceText.isLineBreak(scalars[index]) {
      if scalars[index] == "}" { return index }
      if ["{", "\"", "'"].contains(scalars[index]) { return nil }
      index += 1
    }
    return nil
  }
}
