/// An item of a strip: its picture or the beginning of its text, and its caption.
enum ItemCard {
  static func html(_ item: ContactSheet.Item, isQuery: Bool, style: HTML = "") -> HTML {
    let name = item.entry ?? item.id.map { String($0) } ?? ""
    let place = [item.archive, item.entry].compactMap { $0 }.joined(separator: " › ")
    var picture: HTML = "<p class=\"words\">\(String((item.text ?? item.caption ?? name).prefix(240)))</p>"
    if let jpeg = item.jpeg, isBase64(jpeg) {
      picture = "<img alt=\"\(item.caption ?? name)\" src=\"data:image/jpeg;base64,\(jpeg)\">"
    }
    let score: HTML? = item.score.map { "<b>\(Figure.fixed($0, 3))</b>" }
    let caption = item.jpeg == nil ? nil : item.caption
    let words: HTML = isQuery ? "<b>query</b> <span>\(caption ?? name)</span>" : "\(score) <span>\(caption ?? name)</span>"
    return "<figure class=\"\(style)\" title=\"\(place)\">\(picture)<figcaption>\(words)</figcaption></figure>\n"
  }

  private static func isBase64(_ text: String) -> Bool {
    text.utf8.allSatisfy { byte in
      switch byte {
      case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
        UInt8(ascii: "+"), UInt8(ascii: "/"), UInt8(ascii: "="):
        true
      default: false
      }
    }
  }
}
