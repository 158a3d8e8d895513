// swift-tools-version: 6.2
import PackageDescription

/// Every Swift target is compiled with the same settings.
let swiftSettings: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
]

let package = Package(
  name: "vecmill",
  platforms: [.macOS(.v15)],
  products: [
    .executable(name: "vecmill", targets: ["vecmill"])
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
    .package(url: "https://github.com/apple/swift-system", from: "1.8.1"),
    .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
  ],
  targets: [
    // C: system libraries, whole decodes, hot loops, embedded weights.
    .systemLibrary(name: "CArchive", pkgConfig: "libarchive", providers: [.apt(["libarchive-dev"])]),
    .systemLibrary(name: "CJPEG", pkgConfig: "libjpeg", providers: [.apt(["libjpeg-dev"])]),
    .systemLibrary(name: "CPNG", pkgConfig: "libpng", providers: [.apt(["libpng-dev"])]),
    .target(name: "CCodecs", dependencies: ["CJPEG", "CPNG"]),
    .target(name: "CKernels"),
    .target(name: "CSmallCNN"),

    // Libraries, lowest first.
    .target(name: "Tensors", dependencies: ["CKernels"]),
    .target(name: "Media", dependencies: ["Tensors", "CArchive", "CCodecs"]),
    .target(
      name: "Artifacts",
      dependencies: [
        .product(name: "SystemPackage", package: "swift-system"),
        .product(name: "Crypto", package: "swift-crypto"),
      ]),
    .target(name: "Embedders", dependencies: ["Tensors", "CKernels", "CSmallCNN", "Artifacts"]),
    .target(name: "VectorSearch", dependencies: ["Tensors", "CKernels"]),
    .target(
      name: "IndexFormats",
      dependencies: [
        "VectorSearch", "Tensors", "Artifacts", .product(name: "GRDB", package: "GRDB.swift"),
      ]),
    .target(
      name: "Bundles",
      dependencies: ["IndexFormats", "VectorSearch", "Embedders", "Media", "Tensors", "Artifacts"]),
    .target(
      name: "Pipelines", dependencies: ["Artifacts", .product(name: "Yams", package: "Yams")]),
    .target(
      name: "Stages",
      dependencies: [
        "Pipelines", "Bundles", "IndexFormats", "VectorSearch", "Embedders", "Media", "Tensors",
        "Artifacts",
      ]),

    // Programs.
    .executableTarget(
      name: "vecmill",
      dependencies: [
        "Stages", "Pipelines", "Bundles", "Artifacts", "Media", "Tensors",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ]),
    .executableTarget(
      name: "vecmill-bench",
      dependencies: [
        "Embedders", "VectorSearch", "IndexFormats", "Media", "Tensors", "CKernels",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ]),

    // Tests: one target a module, and the built binary from outside.
    .testTarget(name: "CKernelsTests", dependencies: ["CKernels", "Tensors"]),
    .testTarget(name: "TensorsTests", dependencies: ["Tensors", "CKernels"]),
    .testTarget(name: "MediaTests", dependencies: ["Media", "Tensors"]),
    .testTarget(name: "EmbeddersTests", dependencies: ["Embedders", "Tensors", "CKernels"]),
    .testTarget(name: "VectorSearchTests", dependencies: ["VectorSearch", "Tensors", "CKernels"]),
    .testTarget(
      name: "IndexFormatsTests", dependencies: ["IndexFormats", "VectorSearch", "Tensors", "Artifacts"]),
    .testTarget(name: "BundlesTests", dependencies: ["Bundles"]),
    .testTarget(name: "ArtifactsTests", dependencies: ["Artifacts"]),
    .testTarget(name: "PipelinesTests", dependencies: ["Pipelines", "Artifacts"]),
    .testTarget(name: "StagesTests", dependencies: ["Stages", "Pipelines", "Artifacts"]),
    .testTarget(name: "VecmillTests", dependencies: []),
  ]
)

for target in package.targets where ![.system, .plugin, .macro].contains(target.type) {
  target.swiftSettings = (target.swiftSettings ?? []) + swiftSettings
}
