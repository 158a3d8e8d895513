import Artifacts
import Bundles
import Media
import SystemPackage

/// What a workspace trusts once its seal holds: the first byte says which document, and the seal is made to hold.
enum StateFuzz {
  static func run(_ bytes: [UInt8]) {
    guard let first = bytes.first else { return }
    let body = Array(bytes.dropFirst())
    switch first % 6 {
    case 0: read(Checkpoint.self, sealed(body)) { _ = $0.stem + "\($0.rejected)" }
    case 1: read(Manifest.self, sealed(body)) { _ = "\($0.rows) \($0.bytes) \($0.rejects)" }
    case 2: read(Recipe.self, sealed(body)) { _ = $0.key }
    case 3: read(BundleDescription.self, sealed(body)) { _ = try? $0.digest }
    case 4: read(Checkpoint.self, body) { _ in }
    default:
      guard let records = try? RecordCodec.decode(body) else { return }
      require((try? RecordCodec.decode(RecordCodec.encode(records))) == records, "records survive their file")
    }
  }

  private static func read<T: Codable & Equatable>(_ type: T.Type, _ bytes: [UInt8], _ look: (T) -> Void) {
    guard let value = try? SealedJSON.decode(type, from: bytes, path: "fuzz.json") else { return }
    look(value)
    guard let again = try? SealedJSON.bytes(of: value) else { preconditionFailure("what was read can be written") }
    require((try? SealedJSON.decode(type, from: again, path: "again.json")) == value, "a document survives its file")
  }

  /// The document with the seal that it should have.
  static func sealed(_ body: [UInt8]) -> [UInt8] {
    let seal = Digest(of: body + [UInt8(ascii: "}")])
    return body + Array(#","seal":"\#(seal.hex)"}"#.utf8) + [UInt8(ascii: "\n")]
  }

  /// A sealed document without its seal.
  static func unsealed(_ bytes: [UInt8]) -> [UInt8] { Array(bytes.dropLast(#","seal":""}"#.utf8.count + 65)) }

  static func examples() throws -> [[UInt8]] {
    let file = CommittedFile(name: "read-00000-00001.npy", size: 12, digest: Digest(of: "a"))
    let checkpoint = Checkpoint(
      phase: "read", shard: ShardID(part: 0, number: 1), key: Digest(of: "k"), files: [file], rows: 3, bytes: 9,
      rejects: ["empty": 1], notes: ["a": .integer(1), "b": .text("x")])
    let recipe = Recipe(
      pipeline: "p", stage: "s", kind: "ingest", version: 1, options: "{}", materials: ["m": "1"],
      inputs: [.init(stage: "i", key: Digest(of: "i"))],
      sources: [Source(name: "a.tar", path: "/a.tar", size: 4, digest: Digest(of: "s"))])
    let manifest = Manifest(recipe: recipe, checkpoints: [checkpoint], outputPhase: "read", files: [file])
    let bundle = try FuzzFixtures.bytes(BundleFuzz.golden + "/bundle.json")
    let record = Record(
      id: 5, archive: "a.tar", entry: "b.jpg", ordinal: 2, offset: 512, size: 8, digest: String(repeating: "a", count: 64),
      format: "jpeg", width: 2, height: 3, caption: "c\"\\", text: "é", fields: "{\"a\":1}")
    return [
      [0] + unsealed(try SealedJSON.bytes(of: checkpoint)), [1] + unsealed(try SealedJSON.bytes(of: manifest)),
      [2] + unsealed(try SealedJSON.bytes(of: recipe)), [3] + unsealed(bundle),
      [4] + (try SealedJSON.bytes(of: checkpoint)), [5] + RecordCodec.encode([record]),
    ]
  }
}
