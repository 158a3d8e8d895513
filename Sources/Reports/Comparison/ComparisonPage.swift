/// Two bundles held against each other: figures, and the queries whose answers differ most.
public struct ComparisonPage: Sendable {
  /// An item of a strip.
  public struct Item: Sendable {
    public var id: Int64
    public var place: String
    public var caption: String?
    /// Base64.
    public var jpeg: String?
    public var text: String?
    public var score: Double?

    public init(id: Int64, place: String, caption: String?, jpeg: String?, text: String?, score: Double? = nil) {
      self.id = id
      self.place = place
      self.caption = caption
      self.jpeg = jpeg
      self.text = text
      self.score = score
    }
  }

  public struct Change: Sendable {
    public var query: Item
    public var overlap: Double
    public var old: [Item]
    public var new: [Item]

    public init(query: Item, overlap: Double, old: [Item], new: [Item]) {
      self.query = query
      self.overlap = overlap
      self.old = old
      self.new = new
    }
  }

  /// Names of the two.
  public var names: (old: String, new: String)
  public var note: String
  public var columns: [String]
  public var rows: [[String]]
  public var changes: [Change]
  public var version: String

  public init(
    names: (old: String, new: String), note: String, columns: [String], rows: [[String]], changes: [Change], version: String
  ) {
    self.names = names
    self.note = note
    self.columns = columns
    self.rows = rows
    self.changes = changes
    self.version = version
  }

  public var html: String {
    var body = PageFrame.section("Figures", PageFrame.table(columns, rows))
    if !changes.isEmpty {
      body += PageFrame.section("Answers", ChangeStrips(changes.map(\.strip), names: names).html)
    }
    return PageFrame.html(
      eyebrow: "Vecmill comparison", title: "\(names.old) and \(names.new)", note: note, version: version, body: body)
  }
}

extension ComparisonPage.Change {
  var strip: ContactSheet.Change {
    ContactSheet.Change(query: query.card, overlap: overlap, old: old.map(\.card), new: new.map(\.card))
  }
}

extension ComparisonPage.Item {
  fileprivate var card: ContactSheet.Item {
    ContactSheet.Item(
      rank: nil, score: score, id: id, archive: nil, entry: place, caption: caption, jpeg: jpeg, text: text)
  }
}
