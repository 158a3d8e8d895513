import Artifacts
import SystemPackage
import Testing

@Suite
struct SealedJSONTests {
  private let checkpoint = Checkpoint(
    phase: "embed", shard: ShardID(part: 3, number: 12), key: Digest(of: "key"),
    files: [CommittedFile(name: "a.npy", size: 7, digest: Digest(of: "a"))], rows: 5, bytes: 99,
    rejects: ["truncated": 2],
    notes: ["error": .number(0.5), "sample": .integer(9), "type": .text("PQ16"), "curve": .numbers([1, 2.5])])

  @Test func whatIsSealedIsReadBack() throws {
    let bytes = try SealedJSON.bytes(of: checkpoint)
    #expect(try SealedJSON.decode(Checkpoint.self, from: bytes, path: "x") == checkpoint)
  }

  @Test func theLayoutIsGolden() throws {
    let text = String(decoding: try SealedJSON.bytes(of: checkpoint), as: UTF8.self)
    #expect(
      text.hasPrefix(
        #"{"bytes":99,"files":[{"digest":"ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb","name":"a.npy","size":7}],"format":1,"key":"2c70e12b7a0646f92279f427c7b38e7334d8e5389cff167a1dc30e73f826b683","notes":{"curve":[1,2.5],"error":0.5,"sample":9,"type":"PQ16"},"phase":"embed","rejects":{"truncated":2},"rows":5,"shard":"00003-00012","seal":""#
      ), "\(text)")
  }

  /// Issue 3: each bit of every small committed file flipped must be found.
  @Test func everyFlippedBitIsFound() throws {
    let bytes = try SealedJSON.bytes(of: checkpoint)
    for place in bytes.indices {
      for bit in 0..<8 {
        var damaged = bytes
        damaged[place] ^= 1 << bit
        #expect(throws: CorruptFile.self, "byte \(place), bit \(bit)") {
          try SealedJSON.decode(Checkpoint.self, from: damaged, path: "x")
        }
      }
    }
  }

  @Test func everyTruncationIsFound() throws {
    let bytes = try SealedJSON.bytes(of: checkpoint)
    for length in 0..<bytes.count {
      #expect(throws: CorruptFile.self) {
        try SealedJSON.decode(Checkpoint.self, from: Array(bytes.prefix(length)), path: "x")
      }
    }
  }

  /// Sound by its seal, and yet not what is asked for: damage if the format is the same, otherwise of another version.
  @Test func whatIsSealedButAnotherThingIsRefused() throws {
    struct Other: Encodable {
      var format: Int
      var phase = 7
    }
    let bytes = try SealedJSON.bytes(of: Other(format: Checkpoint.format))
    let error = #expect(throws: CorruptFile.self) { try SealedJSON.decode(Checkpoint.self, from: bytes, path: "x") }
    #expect(error?.reason.contains("phase") == true)
    for (format, word) in [(Checkpoint.format + 1, "newer"), (0, "older")] {
      let bytes = try SealedJSON.bytes(of: Other(format: format))
      let error = #expect(throws: OtherFormat.self) { try SealedJSON.decode(Checkpoint.self, from: bytes, path: "x") }
      #expect(error?.description.contains("an older Vecmill wrote it") == (word == "older"))
      #expect(error?.description.contains("a newer Vecmill wrote it") == (word == "newer"))
    }
  }

  @Test func notesAreReadAsWhatTheyAre() {
    let notes: [Note] = [.integer(9), .number(0.5), .text("PQ16"), .numbers([1, 2.5])]
    #expect(notes.map(\.integer) == [9, nil, nil, nil])
    #expect(notes.map(\.number) == [9, 0.5, nil, nil])
    #expect(notes.map(\.text) == [nil, nil, "PQ16", nil])
    #expect(notes.map(\.numbers) == [[9], [0.5], nil, [1, 2.5]])
  }
}
