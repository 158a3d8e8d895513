import Tensors

/// A product quantizer whose centroids are renumbered for scanning: numbers that share the upper four bits are near one another.
///
/// The AVX2 scan bounds a code by the upper halves of its numbers alone, which is only tight in such an order. Files keep
/// the quantizer's own numbers.
struct GroupedQuantizer: Sendable {
  let quantizer: ProductQuantizer
  /// The new number of part m's centroid c is newNumbers[m * 256 + c]; and the other way round.
  private let newNumbers: [UInt8]
  private let oldNumbers: [UInt8]

  init?(_ original: ProductQuantizer) {
    guard original.bits == 8, Self.isWorthwhile else { return nil }
    let orders = (0..<original.parts).map { original.groupOrder(ofPart: $0) }
    var numbers = [UInt8](repeating: 0, count: original.parts * 256)
    var rows: [Int] = []
    for (part, order) in orders.enumerated() {
      for (new, old) in order.enumerated() {
        numbers[part * 256 + Int(old)] = UInt8(new)
        rows.append(part * 256 + Int(old))
      }
    }
    guard
      let renumbered = try? ProductQuantizer(
        dimension: original.dimension, parts: original.parts, bits: 8,
        centroids: original.centroids.gathering(rows))
    else { return nil }
    quantizer = renumbered
    newNumbers = numbers
    oldNumbers = orders.flatMap { $0 }
  }

  /// Codes from files, for the store.
  func renumbered(_ codes: [UInt8]) -> [UInt8] { mapped(codes, by: newNumbers) }
  /// Codes of the store, for files.
  func original(_ codes: [UInt8]) -> [UInt8] { mapped(codes, by: oldNumbers) }

  private func mapped(_ codes: [UInt8], by numbers: [UInt8]) -> [UInt8] {
    var mapped = codes
    var part = 0
    for i in mapped.indices {
      mapped[i] = numbers[part * 256 + Int(mapped[i])]
      part = part + 1 == quantizer.parts ? 0 : part + 1
    }
    return mapped
  }
}
