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
    let seed = UInt64.random(in: 0...UInt64.max)
    var texts = RandomTexts(seed: seed)
    let lines = (0..<300).map { _ in texts.next() } + RandomTexts.awkward
    try compare(subject, lines, "seed \(seed), \(subject)")
  }

  /// Every character that Python's tables know, in a word, and beside a sigma.
  @Test(arguments: [
    Case("--n-features 1048576 --norm none") { ($0.features, $0.norm) = (1 << 20, .none) },
    Case("--n-features 1048576 --analyzer char_wb --ngram 1-2") {
      ($0.features, $0.analyzer, $0.ngrams) = (1 << 20, .characterInWord, 1...2)
    },
    Case("--n-features 1048576 --strip-accents unicode") { ($0.features, $0.stripAccents) = (1 << 20, .unicode) },
  ]) func everyCharacterIsReadAsPythonReadsIt(_ subject: Case) throws {
    let lines = (UInt32(0)...0x10FFFF).compactMap { value -> String? in
      guard let scalar = Unicode.Scalar(value), scalar != "\n", RandomTexts.isOld(scalar) else { return nil }
      return "\(scalar)\(scalar)x a\(scalar)Σ aΣ\(scalar) aΣ\(scalar)b \(scalar)Σ"
    }
    try compare(subject, lines, "every character, \(subject)")
  }

  private func compare(_ subject: Case, _ lines: [String], _ name: String) throws {
    guard let python = ProcessInfo.processInfo.environment["VECMILL_ORACLES_PYTHON"],
      let script = SharedData.file("oracles/hashing_vectorizer.py")
    else {
      print("skipped: VECMILL_ORACLES_PYTHON is not set")
      return
    }
    let folder = FileManager.default.temporaryDirectory.appending(path: "vecmill-oracle-\(UUID())")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    func path(_ name: String) -> String { folder.appending(path: name).path }
    try Data((lines.joined(separator: "\n") + "\n").utf8).write(to: URL(filePath: path("lines.txt")))
    _ = try SharedData.output(of: python, [script.path] + subject.arguments + [path("lines.txt"), path("peer.npz")])

    let ours = try HashingVectorizer(subject.options).transform(lines)
    for (file, integers) in [
      ("indptr.npy", ours.rowOffsets.map(Int64.init)), ("indices.npy", ours.columnIndices.map(Int64.init)),
      ("data.npy", ours.values.map { Int64(bitPattern: $0.bitPattern) }),
    ] {
      try Data(NumpyHeader.bytes(of: integers)).write(to: URL(filePath: path(file)))
    }
    let verdict = try SharedData.output(of: python, ["-c", Self.comparison, folder.path])
    #expect(String(decoding: verdict, as: UTF8.self) == "equal\n", "\(name)")
  }

  private static let comparison = """
    import sys, numpy, scipy.sparse
    folder = sys.argv[1]
    peer = scipy.sparse.load_npz(folder + "/peer.npz")
    indptr, indices = numpy.load(folder + "/indptr.npy"), numpy.load(folder + "/indices.npy")
    data = numpy.load(folder + "/data.npy").view("f8")
    lines = open(folder + "/lines.txt", encoding="utf-8", newline="\\n").read().split("\\n")
    wrong = [row for row in range(len(peer.indptr) - 1)
             if not numpy.array_equal(indices[indptr[row]:indptr[row + 1]],
                                      peer.indices[peer.indptr[row]:peer.indptr[row + 1]])]
    if len(indptr) != len(peer.indptr):
        print("rows:", len(indptr) - 1, "for", len(peer.indptr) - 1)
    elif wrong:
        print(len(wrong), "rows differ, such as", [ascii(lines[row]) for row in wrong[:5]])
    elif len(data) and abs(data - peer.data).max() > 1e-12:
        print("values differ by", abs(data - peer.data).max())
    else:
        print("equal")
    """
}
