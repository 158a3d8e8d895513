import Embedders
import Foundation
import Tensors
import Testing

/// Our sparse rows beside those of scikit-learn, where VECMILL_ORACLES_PYTHON names a Python that has it.
@Suite struct HashingOracleTests {
  struct Case: Sendable, CustomTestStringConvertible {
    var arguments: [String]
    var options: HashingOptions
    var testDescription: String { arguments.joined(separator: " ") }

    init(_ words: String, _ change: (inout HashingOptions) -> Void) {
      arguments = words.split(separator: " ").map(String.init)
      options = HashingOptions()
      options.features = 1024
      change(&options)
    }

    static let all = [
      Case("") { _ in },
      Case("--n-features 262144 --norm none") { ($0.features, $0.norm) = (1 << 18, .none) },
      Case("--n-features 1000 --ngram 1-3 --norm l1") { ($0.features, $0.ngrams, $0.norm) = (1000, 1...3, .l1) },
      Case("--ngram 2-2 --no-alternate-sign --no-lowercase") {
        ($0.ngrams, $0.alternateSign, $0.lowercase) = (2...2, false, false)
      },
      Case("--binary --n-features 77") { ($0.binary, $0.features) = (true, 77) },
      Case("--analyzer char --ngram 1-4") { ($0.analyzer, $0.ngrams) = (.char, 1...4) },
      Case("--analyzer char_wb --ngram 2-5 --norm none") {
        ($0.analyzer, $0.ngrams, $0.norm) = (.characterInWord, 2...5, .none)
      },
      Case("--strip-accents unicode") { $0.stripAccents = .unicode },
      Case("--strip-accents ascii --analyzer char_wb --ngram 1-3") {
        ($0.stripAccents, $0.analyzer, $0.ngrams) = (.ascii, .characterInWord, 1...3)
      },
      Case("--n-features 1") { $0.features = 1 },
    ]
  }

  @Test(arguments: Case.all) func rowsAreScikitLearns(_ subject: Case) throws {
    guard let python = ProcessInfo.processInfo.environment["VECMILL_ORACLES_PYTHON"],
      let script = SharedData.file("oracles/hashing_vectorizer.py")
    else {
      print("skipped: VECMILL_ORACLES_PYTHON is not set")
      return
    }
    let seed = UInt64.random(in: 0...UInt64.max)
    print("seed \(seed)")
    var texts = RandomTexts(seed: seed)
    let lines = (0..<300).map { _ in texts.next() } + RandomTexts.awkward
    let folder = FileManager.default.temporaryDirectory.appending(path: "vecmill-oracle-\(UUID())")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    func path(_ name: String) -> String { folder.appending(path: name).path }
    try Data((lines.joined(separator: "\n") + "\n").utf8).write(to: URL(filePath: path("lines.txt")))
    _ = try SharedData.output(of: python, [script.path] + subject.arguments + [path("lines.txt"), path("peer.npz")])

    let ours = try HashingVectorizer(subject.options).transform(lines)
    try Data(NumpyHeader.bytes(of: ours.rowOffsets.map(Int64.init))).write(to: URL(filePath: path("indptr.npy")))
    try Data(NumpyHeader.bytes(of: ours.columnIndices.map(Int64.init))).write(to: URL(filePath: path("indices.npy")))
    try Data(NumpyHeader.bytes(of: ours.values.map { Int64(bitPattern: $0.bitPattern) }))
      .write(to: URL(filePath: path("data.npy")))
    let verdict = try SharedData.output(of: python, ["-c", Self.comparison, folder.path])
    #expect(String(decoding: verdict, as: UTF8.self) == "equal\n")
  }

  private static let comparison = """
    import sys, numpy, scipy.sparse
    folder = sys.argv[1]
    peer = scipy.sparse.load_npz(folder + "/peer.npz")
    indptr, indices = numpy.load(folder + "/indptr.npy"), numpy.load(folder + "/indices.npy")
    data = numpy.load(folder + "/data.npy").view("f8")
    if len(indptr) != len(peer.indptr):
        print("rows:", len(indptr) - 1, "for", len(peer.indptr) - 1)
    elif not (indptr == peer.indptr).all():
        print("first row that differs:", int((indptr != peer.indptr).argmax()) - 1)
    elif not (indices == peer.indices).all():
        print("columns differ at entry", int((indices != peer.indices).argmax()))
    elif len(data) and abs(data - peer.data).max() > 1e-12:
        print("values differ by", abs(data - peer.data).max())
    else:
        print("equal")
    """
}
