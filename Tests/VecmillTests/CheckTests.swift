import Foundation
import Testing

/// `check`, `plan`, `graph` and `schema`: what is told without doing anything.
@Suite struct CheckTests {
  @Test func passesASoundFile() throws {
    let sandbox = try Sandbox.notes()
    let ending = try sandbox.vecmill("check", "notes.yaml")
    #expect(ending.status == 0)
    #expect(ending.out == "notes.yaml: sound: pipeline notes, 4 stages\n")
    #expect(!sandbox.exists(".vecmill"))
  }

  @Test func tellsEverythingAtOnce() throws {
    let sandbox = try Sandbox.notes {
      $0.replacing("kind: featurize", with: "kind: featurise").replacing("type: Flat", with: "type: Flat\n    metrik: l2")
    }
    let ending = try sandbox.vecmill("check", "notes.yaml")
    #expect(ending.status == 65)
    #expect(ending.out == "")
    #expect(ending.err.contains("did you mean \"featurize\"?"))
    #expect(ending.err.contains("did you mean \"metric\"?"))
    #expect(ending.err.contains("notes.yaml:10:"))
  }

  @Test func tellsThePlacesAsJSON() throws {
    let sandbox = try Sandbox.notes { $0.replacing("type: Flat", with: "type: PQ5") }
    let ending = try sandbox.vecmill("check", "notes.yaml", "--json")
    #expect(ending.status == 65)
    #expect(ending.json["isValid"] as? Bool == false)
    let first = (ending.json["diagnostics"] as? [[String: Any]])?.first
    #expect(first?["line"] as? Int == 17)
    #expect(first?["severity"] as? String == "error")
  }

  @Test func runRefusesAnInvalidFileToo() throws {
    let sandbox = try Sandbox.notes { $0.replacing("input: notes", with: "input: nots") }
    for command in ["run", "plan", "graph"] {
      let ending = try sandbox.vecmill(command, "notes.yaml", "--json")
      #expect(ending.status == 65)
      let error = ending.json["error"] as? [String: Any]
      #expect((error?["diagnostics"] as? [Any])?.count == 1)
    }
    #expect(!sandbox.exists(".vecmill"))
  }

  @Test func aMissingFileIsAnInputError() throws {
    let ending = try Sandbox().vecmill("check", "nothing.yaml")
    #expect(ending.status == 74)
    #expect(ending.err.contains("nothing.yaml"))
  }

  @Test func setReplacesAParam() throws {
    let sandbox = try Sandbox.notes()
    #expect(try sandbox.vecmill("check", "notes.yaml", "--set", "to=elsewhere").status == 0)
    let ending = try sandbox.vecmill("check", "notes.yaml", "--set", "too=elsewhere")
    #expect(ending.status == 65)
    #expect(ending.err.contains("did you mean \"to\"?"))
  }

  @Test func planExplainsAndChangesNothing() throws {
    let sandbox = try Sandbox.notes()
    let ending = try sandbox.vecmill("plan", "notes.yaml", "--explain")
    #expect(ending.status == 0)
    #expect(ending.out.contains("features  it was never made"))
    let json = try sandbox.vecmill("plan", "notes.yaml", "--json").json
    #expect(json["isFresh"] as? Bool == false)
    #expect((json["stages"] as? [[String: Any]])?.map { $0["name"] as? String } == ["notes", "features", "index", "files"])
    #expect(!sandbox.exists(".vecmill"))
  }

  @Test func drawsTheGraph() throws {
    let sandbox = try Sandbox.notes()
    #expect(try sandbox.vecmill("graph", "notes.yaml").out.hasPrefix("flowchart"))
    #expect(try sandbox.vecmill("graph", "notes.yaml", "--format", "dot").out.hasPrefix("digraph"))
    #expect((try sandbox.vecmill("graph", "notes.yaml", "--json").json["edges"] as? [Any])?.count == 3)
  }

  @Test func printsTheSchema() throws {
    let sandbox = try Sandbox()
    #expect(try sandbox.vecmill("schema").json["$schema"] as? String == "https://json-schema.org/draft/2020-12/schema")
    #expect(try sandbox.vecmill("schema", "--markdown").out.contains("### `ingest`"))
  }
}
