import Pipelines
import Testing

/// Values come out in one form however they were written.
@Suite struct OptionParserTests {
  @Test(arguments: [
    ("size", "67108864", "67108864"), ("size", "64MiB", "67108864"), ("size", "64 mib", "67108864"),
    ("size", "\"65536KiB\"", "67108864"), ("size", "1GB", "1000000000"), ("size", "1.5GiB", "1610612736"),
    ("size", "0B", "0"), ("size", "~", ""), ("size", "-1", ""), ("size", "1.5", ""), ("size", "1.5.2GB", ""),
    ("size", "99999999999TB", ""), ("size", "GB", ""), ("size", ".GB", ""), ("size", "5.GB", ""),
    ("share", "1%", "\"1%\""), ("share", "1.0 %", "\"1%\""), ("share", "0.01", "\"1%\""),
    ("share", "0.07", "\"7%\""), ("share", "12.5%", "\"12.5%\""), ("share", "1", "1"), ("share", "1.0", "1"),
    ("share", "0", "0"), ("share", "100%", "\"100%\""), ("share", "101%", ""), ("share", "1.5", ""),
    ("share", "-1", ""), ("share", "-1%", ""), ("share", ".nan", ""),
    ("time", "30", "30"), ("time", "30s", "30"), ("time", "0.5m", "30"), ("time", "250ms", "0.25"),
    ("time", "2h", "7200"), ("time", "1d", "86400"), ("time", ".inf", ""), ("time", "-3", ""), ("time", "3 S", ""),
    ("count", "0x10", "16"), ("count", "0o17", "15"), ("count", "+7", "7"), ("count", "1e1", "10"),
    ("count", "10.0", "10"), ("count", "10.5", ""), ("count", "\"10\"", ""), ("count", "99999999999999999999", ""),
    ("count", "1_0", ""), ("count", "0x", ""), ("count", "0x-1", ""), ("count", "007", "7"), ("count", "!!str 7", ""),
    ("ratio", "1", "1"), ("ratio", "-0.0", "0"), ("ratio", ".5", "0.5"), ("ratio", "1.", "1"),
    ("ratio", "5e-1", "0.5"), ("ratio", "0x1p-1", ""), ("ratio", "inf", ""), ("ratio", ".inf", ""),
    ("flag", "true", "true"), ("flag", "FALSE", "false"), ("flag", "yes", ""), ("flag", "1", ""), ("flag", "\"true\"", ""),
    ("word", "yes", "\"yes\""), ("word", "1.10", "\"1.10\""), ("word", "1:30", "\"1:30\""), ("word", "null", "null"),
    ("word", "\"true\"", "\"true\""), ("word", "|\n      a\n      b", "\"a\\nb\\n\""), ("word", "2001-01-01", "\"2001-01-01\""),
    ("word", "[a]", ""), ("word", "{a: b}", ""), ("word", "''", "\"\""),
    ("counts", "3", "[3]"), ("counts", "[1, 2]", "[1,2]"), ("counts", "[]", "[]"), ("counts", "[[1]]", ""),
    ("mixed", "auto", "\"auto\""), ("mixed", "3", "3"), ("mixed", "[0, 1]", "[0,1]"), ("mixed", "0.5", "[0.5]"),
    ("depth", "~", "null"), ("depth", "9223372036854775807", "9223372036854775807"),
  ])
  func aValueHasOneForm(name: String, written: String, expected: String) {
    let (value, problems) = option(name, written)
    #expect((value?.canonicalJSON ?? "") == expected, "\(problems)")
    #expect(problems.isEmpty == !expected.isEmpty)
  }

  @Test func defaultsHaveTheSameForm() throws {
    let pipeline = try #require(parse("pipeline: p\nstages: {a: {kind: everything}}").pipeline)
    #expect(
      pipeline.stages[0].options.keyValue.canonicalJSON == #"{"count":8,"counts":[],"depth":null,"flag":true,"#
        + #""mixed":"auto","ratio":0.5,"share":"1%","size":67108864,"word":null}"#)
    #expect(pipeline.stages[0].options.number("time") == 30)
  }

  @Test func sharesAreNoCounts() {
    #expect(OptionValue.text("12.5%").share == 0.125)
    #expect(OptionValue.integer(1).share == nil)
    #expect(OptionValue.text("x%").share == nil)
  }

  @Test func stagesAreNamedByTheirPlace() throws {
    let text = """
      pipeline: p
      stages:
        v: {kind: source, media: vectors, from: x}
        w: {kind: source, media: vectors, from: x}
        i: {kind: index, input: v}
        s: {kind: score, input: i, queries: w, truth: v}
      """
    let stage = try #require(parse(text).pipeline?["s"])
    #expect(stage.inputs == ["i", "w", "v"])
    #expect(stage.options["queries"].inputIndex == 1)
    #expect(stage.options["truth"].inputIndex == 2)
    // Another name for a stage is no reason to do anything again.
    let renamed = text.replacing(" w", with: " other")
    #expect(parse(renamed).pipeline?["s"]?.options.keyValue == stage.options.keyValue)
  }
}
