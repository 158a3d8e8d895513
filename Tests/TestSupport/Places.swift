import Foundation

/// Where tests find files.
package enum Places {
  /// The checkout.
  package static let root = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().path

  package static let fixtures = root + "/fixtures"

  /// The shared folder beside the checkout, or where VECMILL_SHARED says; nil if it is absent.
  package static let shared: String? = {
    let path = ProcessInfo.processInfo.environment["VECMILL_SHARED"] ?? root + "/../shared"
    return FileManager.default.fileExists(atPath: path) ? path : nil
  }()
}
