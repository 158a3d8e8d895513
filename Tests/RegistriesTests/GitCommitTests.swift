import Foundation
import Registries
import SystemPackage
import TestSupport
import Testing

/// The commit of a folder, out of the files that git keeps it in.
@Suite struct GitCommitTests {
  private let folder: TemporaryFolder
  private let first = String(repeating: "1a", count: 20)
  private let second = String(repeating: "2b", count: 32)

  init() throws { folder = try TemporaryFolder() }

  private func write(_ path: String, _ text: String) throws {
    let path = folder.path.pushing(FilePath(path)).string
    try FileManager.default.createDirectory(
      atPath: (path as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
    try text.write(toFile: path, atomically: false, encoding: .utf8)
  }

  private func commit(of name: String = "") -> String? { GitCommit.of(folder: folder.path.pushing(FilePath(name))) }

  @Test func aFolderWithoutGitHasNone() throws {
    #expect(commit() == nil)
    try write(".git", "not a link\n")
    #expect(commit() == nil)
  }

  @Test func aDetachedHeadIsItsOwnDigest() throws {
    try write(".git/HEAD", first + "\n")
    try write("deep/er/file", "")
    #expect(commit() == first)
    #expect(commit(of: "deep/er") == first, "a folder below is under git as well")
    try write(".git/HEAD", second)
    #expect(commit() == second, "digests of SHA-256 are longer")
  }

  @Test(arguments: ["", "abc", String(repeating: "x", count: 40), String(repeating: "a", count: 41)])
  func whatIsNoDigestIsNone(_ text: String) throws {
    try write(".git/HEAD", text)
    #expect(commit() == nil)
    try write(".git/HEAD", "ref: refs/heads/main\n")
    try write(".git/refs/heads/main", text)
    #expect(commit() == nil)
  }

  @Test func aBranchIsLooseOrPacked() throws {
    try write(".git/HEAD", "ref: refs/heads/main\n")
    #expect(commit() == nil, "nothing was committed yet")
    try write(".git/packed-refs", "# pack-refs with: peeled\n\(second) refs/heads/other/main\n\(first) refs/heads/main\n")
    #expect(commit() == first)
    try write(".git/refs/heads/main", second + "\n")
    #expect(commit() == second, "a loose one is newer")
  }

  @Test func aWorktreeSharesTheBranchesOfItsRepository() throws {
    try write("main/.git/HEAD", "ref: refs/heads/main\n")
    try write("main/.git/refs/heads/side", first + "\n")
    try write("main/.git/worktrees/side/HEAD", "ref: refs/heads/side\n")
    try write("main/.git/worktrees/side/commondir", "../..\n")
    try write("side/.git", "gitdir: ../main/.git/worktrees/side\n")
    #expect(commit(of: "side") == first)
    try write("side/.git", "gitdir: \(folder.path)/main/.git/worktrees/side\n")
    #expect(commit(of: "side") == first)
    try write("side/.git", "gitdir: ../nowhere\n")
    #expect(commit(of: "side") == nil)
  }
}
