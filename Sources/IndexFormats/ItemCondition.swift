import Synchronization

/// A condition on items, as the user wrote it: one SQL expression over the columns of `items`, such as
/// `class = 'cat' AND width > 100`.
///
/// The text comes from outside, perhaps over a network. It is checked three times: here, that it is one expression,
/// which cannot leave the parentheses put around it; by an authorizer, which lets it read the table `items` and call
/// functions from a list, and nothing else; and by SQLite, on a connection that cannot write. It is stopped when it
/// takes too long.
public struct ItemCondition: Sendable, Equatable {
  public let text: String

  /// - Throws: `IndexFormatError` if the text is no single expression: a `;`, a comment, or parentheses or quotes that do not pair.
  public init(_ text: String) throws {
    self.text = text
    if let fault = Self.fault(in: Array(text.utf8)) { throw Self.failure(text, fault) }
  }

  static func failure(_ text: String, _ reason: String) -> IndexFormatError {
    IndexFormatError(.condition, "condition \(text.debugDescription)", reason)
  }

  /// Longest condition in bytes; SQLite's parser is quick below it.
  static let lengthLimit = 10_000

  private static func fault(in text: [UInt8]) -> String? {
    if text.count > lengthLimit { return "it is longer than \(lengthLimit) bytes" }
    if text.contains(0) { return "it holds a zero byte" }
    if text.allSatisfy({ $0 <= 32 }) { return "it is empty" }
    return structuralFault(in: text)
  }

  private static func structuralFault(in text: [UInt8]) -> String? {
    var depth = 0
    var at = 0
    while at < text.count {
      switch text[at] {
      case UInt8(ascii: "'"), UInt8(ascii: "\""), UInt8(ascii: "`"), UInt8(ascii: "["):
        let close = text[at] == UInt8(ascii: "[") ? UInt8(ascii: "]") : text[at]
        guard let end = text[(at + 1)...].firstIndex(of: close) else { return "a quotation is not closed" }
        at = end
      case UInt8(ascii: ";"): return "it must be one expression; `;` is not allowed"
      case UInt8(ascii: "-") where text[at...].starts(with: "--".utf8),
        UInt8(ascii: "/") where text[at...].starts(with: "/*".utf8):
        return "comments are not allowed"
      case UInt8(ascii: "("): depth += 1
      case UInt8(ascii: ")"):
        depth -= 1
        if depth < 0 { return "a closing parenthesis has no opening one" }
      case let letter where isWord(letter):
        let word = text[at...].prefix(while: isWord)
        // SQLite does not ask the authorizer about every SELECT: `id IN (SELECT id FROM items)` it turns into a
        // look-up.
        if String(decoding: word, as: UTF8.self).asciiLowercased == "select" {
          return "a SELECT inside a condition is not allowed"
        }
        at = word.endIndex - 1
      default: break
      }
      at += 1
    }
    return depth > 0 ? "a parenthesis is not closed" : nil
  }

  private static func isWord(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), 128...:
      true
    default: false
    }
  }
}

extension ItemStore {
  /// An item that meets a condition.
  public struct Match: Sendable, Hashable {
    public var row: Int
    public var id: Int64
  }

  /// The items that meet a condition, in the order of the rows.
  ///
  /// - Parameter limit: how long the evaluation may take.
  /// - Throws: `IndexFormatError` with SQLite's own message and the columns there are, if the condition is not usable.
  public func matches(_ condition: ItemCondition, limit: Duration = .seconds(10)) throws -> [Match] {
    do {
      return try conditions.withLock { try $0.matches(condition, limit: limit) }
    } catch let fault as ConditionFault {
      throw ItemCondition.failure(condition.text, fault.reason + (fault.isName ? "; \(columnList)" : ""))
    }
  }

  private var columnList: String { "the columns are " + columns.joined(separator: ", ") }
}

/// What SQLite or the authorizer had against a condition.
struct ConditionFault: Error {
  var reason: String
  /// Whether the list of columns would help.
  var isName = true
}
