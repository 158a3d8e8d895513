import Tensors
import Testing

/// What a `.npy` file may say of itself (https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html), and what not.
@Suite struct NumpyHeaderTests {
  private func file(_ dictionary: String, version: UInt8 = 1, data: Int = 0) -> [UInt8] {
    let text = Array(dictionary.utf8) + [10]
    let length: [UInt8] =
      version == 1
      ? [UInt8(text.count & 255), UInt8(text.count >> 8)] : [UInt8(text.count & 255), UInt8(text.count >> 8), 0, 0]
    return [0x93] + Array("NUMPY".utf8) + [version, 0] + length + text + [UInt8](repeating: 0, count: data)
  }

  @Test(arguments: [1, 2, 3] as [UInt8]) func everyVersionIsRead(_ version: UInt8) throws {
    let bytes = file("{'descr': '<f4', 'fortran_order': False, 'shape': (3, 4), }", version: version, data: 48)
    let header = try NumpyHeader(parsing: bytes)
    #expect(header.element == .float32 && header.shape == [3, 4] && header.dataOffset == bytes.count - 48)
    #expect(try Matrix(numpyBytes: bytes).rows == 3)
  }

  /// Spaces and the order of keys are free; `=` is the machine's own order of bytes.
  @Test(arguments: [
    "{'shape':(2,),'fortran_order':True,'descr':'<i8'}", "{ 'descr':   '=i8', 'fortran_order':False, 'shape':  (2 , ) , }",
  ])
  func anyPythonDictionaryIsRead(_ text: String) throws {
    #expect(try NumpyHeader.integers(in: file(text, data: 16)) == [0, 0])
  }

  @Test(arguments: [
    ("{'descr': '<f4', 'fortran_order': True, 'shape': (3, 4), }", "Fortran"),
    ("{'descr': '>f4', 'fortran_order': False, 'shape': (3, 4), }", ">f4"),
    ("{'descr': '|O', 'fortran_order': False, 'shape': (3,), }", "|O"),
    ("{'descr': '<f4', 'fortran_order': False, 'shape': (99999999999, 99999999999), }", "impossibly large"),
    ("{'descr': '<f4', 'fortran_order': False, 'shape': (-3,), }", ""), ("{'descr': '<f4', 'shape': (3,), }", ""),
    ("{'descr': '<f4', 'fortran_order': Maybe, 'shape': (3,), }", ""), ("{'fortran_order': False, 'shape': (3,), }", ""),
    ("{'descr': '<f4', 'fortran_order': False, 'shape': (3, }", ""), ("{", ""), ("", ""), ("{'shape': ((3,),)}", ""),
  ])
  func whatIsNoneIsRefused(_ text: String, _ words: String) {
    let error = #expect(throws: NumpyError.self) { try NumpyHeader(parsing: file(text)) }
    #expect(error?.reason.contains(words) == true || words.isEmpty, "\(error?.reason ?? "")")
  }

  @Test func aHeaderThatIsCutIsRefused() {
    let whole = file("{'descr': '<f4', 'fortran_order': False, 'shape': (3, 4), }", version: 2)
    for length in 0..<whole.count - 1 {
      #expect(throws: NumpyError.self, "\(length)") { try NumpyHeader(parsing: Array(whole.prefix(length))) }
    }
    #expect(throws: NumpyError.self) { try NumpyHeader(parsing: file("{}", version: 9)) }
    #expect(throws: NumpyError.self) { try NumpyHeader(parsing: Array("PK but no array at all".utf8)) }
  }

  @Test func integersAreReadByTheirShape() throws {
    var bytes = file("{'descr': '<i8', 'fortran_order': False, 'shape': (2, 3), }")
    for value in [1, -2, 3, 4, 5, Int64.min] { withUnsafeBytes(of: Int64(value).littleEndian) { bytes += Array($0) } }
    #expect(try NumpyHeader.integerRows(in: bytes) == [[1, -2, 3], [4, 5, .min]])
    #expect(throws: NumpyError.self) { try NumpyHeader.integers(in: bytes) }
    #expect(throws: NumpyError.self) { try NumpyHeader.integerRows(in: Array(bytes.dropLast())) }
    #expect(throws: NumpyError.self) { try NumpyHeader.integerRows(in: bytes + [0]) }
  }
}
