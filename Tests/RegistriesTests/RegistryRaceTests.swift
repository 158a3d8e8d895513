import Artifacts
import Foundation
import Registries
import Synchronization
import SystemPackage
import Testing

/// Several who change a name at once.
struct RegistryRaceTests {
  private enum Outcome: Equatable {
    case won(Int)
    case told(RegistryError.Code?)
    case found(Int?)
  }

  /// Two promote at once, a hundred times: whoever is let in wins, the other is told; readers always find a whole state.
  @Test func twoPromotionsAtOnce() async throws {
    let test = try TestRegistry()
    try test.publish("a", "b", "c", alias: "champion")
    let registry = test.registry
    let moves = Mutex(0)
    for _ in 0..<100 {
      let before = try registry.state(of: "texts")
      let current = before.aliases["champion"]!
      let others = [1, 2, 3].filter { $0 != current }
      let outcomes = await withTaskGroup(of: Outcome.self) { group in
        for number in others {
          group.addTask {
            do {
              return .won(
                try registry.promote(
                  RegistryReference(name: "texts", selector: .number(number)), expecting: .version(current)
                ).to)
            } catch { return .told((error as? RegistryError)?.code) }
          }
        }
        group.addTask { .found((try? registry.resolve(RegistryReference("texts")))?.number) }
        return await group.reduce(into: []) { $0.append($1) }
      }
      let won = outcomes.compactMap { if case .won(let number) = $0 { number } else { nil } }
      #expect(won.count == 1, "\(outcomes)")
      #expect(outcomes.contains(.told(.taken)) || outcomes.contains(.told(.moved)), "\(outcomes)")
      #expect(outcomes.contains(.found(current)) || outcomes.contains(.found(won.first)), "\(outcomes)")
      #expect(try registry.state(of: "texts").aliases["champion"] == won.first)
      moves.withLock { $0 += won.count }
    }
    #expect(try registry.history(of: "texts").events.count == 6 + moves.withLock { $0 })
    #expect(try registry.audit("texts").faults.isEmpty)
  }

  /// Eight publish different bundles at once; those that were told try again, and in the end each has its own number.
  @Test func manyPublishAtOnce() async throws {
    let test = try TestRegistry()
    let bundles = try (0..<8).map { try test.bundle("\($0)") }
    let registry = test.registry
    let numbers = await withTaskGroup(of: Int?.self) { group in
      for bundle in bundles {
        group.addTask {
          for _ in 0..<500 {
            do { return try registry.publish(bundle: bundle, as: "texts").version.number } catch {
              guard (error as? RegistryError)?.code == .taken else { return nil }
              try? await Task.sleep(for: .milliseconds(5))
            }
          }
          return nil
        }
      }
      return await group.reduce(into: []) { $0.append($1) }
    }
    #expect(numbers.compactMap(\.self).sorted() == Array(1...8))
    #expect(try registry.audit("texts").faults.isEmpty)
    let left = try FileManager.default.contentsOfDirectory(atPath: test.path("versions").string)
    #expect(left.count == 16, "\(left)")
  }
}
