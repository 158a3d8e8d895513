import FuzzTargets
import Foundation

// libFuzzer's entry: https://llvm.org/docs/LibFuzzer.html#using-libfuzzer-as-a-library
@_silgen_name("LLVMFuzzerRunDriver")
func runDriver(
  _ argc: UnsafeMutablePointer<CInt>, _ argv: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>>,
  _ callback: @convention(c) (UnsafePointer<UInt8>?, Int) -> CInt
) -> CInt

/// `vecmill-fuzz TARGET FOLDER [libFuzzer's options]`: fuzzes one parser, its corpus in the folder.
@main enum FuzzDriver {
  static let target = CommandLine.arguments.dropFirst().first.flatMap(FuzzTarget.init)
  static let scratch = try! FuzzFolder()

  static func main() throws {
    guard let target, CommandLine.arguments.count > 2 else {
      print("usage: vecmill-fuzz \(FuzzTarget.allCases.map(\.rawValue).joined(separator: "|")) FOLDER [OPTION...]")
      exit(64)
    }
    let corpus = CommandLine.arguments[2]
    if !FileManager.default.fileExists(atPath: corpus) {
      try FileManager.default.createDirectory(atPath: corpus, withIntermediateDirectories: true)
      for (number, example) in try target.examples().enumerated() {
        try Data(example).write(to: URL(fileURLWithPath: "\(corpus)/example-\(number)"))
      }
    }
    // libFuzzer sees its own arguments only; it starts itself again by the first one where it needs to.
    var arguments = ([CommandLine.arguments[0]] + CommandLine.arguments.dropFirst(2)).map { strdup($0) }
    arguments.append(nil)
    var count = CInt(arguments.count - 1)
    let status = arguments.withUnsafeMutableBufferPointer { buffer in
      var base = buffer.baseAddress!
      return withUnsafeMutablePointer(to: &base) { runDriver(&count, $0, callback) }
    }
    exit(status)
  }

  static let callback: @convention(c) (UnsafePointer<UInt8>?, Int) -> CInt = { bytes, count in
    try! FuzzDriver.target!.run(Array(UnsafeBufferPointer(start: bytes, count: count)), in: FuzzDriver.scratch)
    return 0
  }
}
