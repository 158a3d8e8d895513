import IndexFormats
import Tensors

/// Made-up rows with every kind of value in them.
enum Samples {
  static func items(_ count: Int) -> [Item] {
    (0..<count).map { number in
      let isEven = number % 2 == 0
      return Item(
        id: Int64(number) * 7_919_777_333 % 1_000_003 + 1, archive: "a\(number % 3).tar",
        entry: "bilder/größe \(number).jpg",
        ordinal: number, offset: isEven ? number * 512 : nil, size: 100 + number, position: number % 5 == 0 ? 3 : nil,
        digest: digest(number), format: "jpeg", width: isEven ? 64 + number : nil, height: isEven ? 48 : nil,
        caption: number % 3 == 0 ? nil : "a \"caption\" nr \(number), ünïcode ✓", text: nil, fields: fields(number))
    }
  }

  static func vectors(_ count: Int, dimension: Int) -> Matrix {
    var random = SeededRandom(seed: 4)
    return Matrix(
      rows: count, columns: dimension, values: (0..<count * dimension).map { _ in Float(random.unit() * 2 - 1) })
  }

  private static func digest(_ number: Int) -> String {
    let digits = String(number, radix: 16)
    return String(repeating: "0", count: 64 - digits.count) + digits
  }

  private static func fields(_ number: Int) -> String? {
    switch number % 4 {
    case 0: #"{"class":"cat","score":0.5,"width":\#(number),"public":true}"#
    case 1: #"{"class":"dog","score":\#(number),"tags":["x","y"]}"#
    case 2: #"{"class":"it's \"quoted\"","label":\#(number),"public":false}"#
    default: nil
    }
  }

  static func fieldSurvey(_ items: [Item]) throws -> [ItemField] {
    var survey = ItemFieldSurvey()
    for item in items { try survey.note(item) }
    return survey.fields
  }
}
