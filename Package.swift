// swift-tools-version: 6.2
import PackageDescription

/// Every Swift target is compiled with the same settings.
let swiftSettings: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
]

// Libraries from elsewhere, by what they are used for.
let arguments: Target.Dependency = .product(name: "ArgumentParser", package: "swift-argument-parser")
let crypto: Target.Dependency = .product(name: "Crypto", package: "swift-crypto")
let grdb: Target.Dependency = .product(name: "GRDB", package: "GRDB.swift")
let sqlite: Target.Dependency = .product(name: "GRDBSQLite", package: "GRDB.swift")
let system: Target.Dependency = .product(name: "SystemPackage", package: "swift-system")
let yams: Target.Dependency = .product(name: "Yams", package: "Yams")

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
    // C: system libraries, whole decodes, hot loops, embedded weights, system calls that Swift cannot make.
    .systemLibrary(name: "CArchive", pkgConfig: "libarchive", providers: [.apt(["libarchive-dev"])]),
    .systemLibrary(name: "CJPEG", pkgConfig: "libjpeg", providers: [.apt(["libjpeg-dev"])]),
    .systemLibrary(name: "CPNG", pkgConfig: "libpng", providers: [.apt(["libpng-dev"])]),
    .target(
      name: "CCodecs", dependencies: ["CJPEG", "CPNG"], linkerSettings: [.linkedLibrary("z")]),
    .target(name: "CKernels"),
    .target(
      name: "CMachineLimits", dependencies: ["CKernels"], cSettings: [.headerSearchPath("../CKernels")]),
    .target(name: "CSmallCNN"),
    .target(name: "CSpawn"),
    .target(name: "CFileSystem"),
    .target(name: "CHeap"),

    // Libraries, lowest first.
    .target(name: "Tensors", dependencies: ["CKernels"]),
    .target(name: "Media", dependencies: ["Tensors", "CArchive", "CCodecs", "CKernels", crypto]),
    .target(name: "Artifacts", dependencies: ["CFileSystem", "CKernels", system, crypto]),
    .target(
      name: "Embedders", dependencies: ["Tensors", "CKernels", "CSmallCNN", "CSpawn", "Artifacts"]),
    .target(name: "VectorSearch", dependencies: ["Tensors", "CKernels"]),
    .target(
      name: "IndexFormats",
      dependencies: ["VectorSearch", "Tensors", "Artifacts", grdb, sqlite, system]),
    .target(
      name: "Bundles",
      dependencies: [
        "IndexFormats", "VectorSearch", "Embedders", "Media", "Tensors", "Artifacts", "CFileSystem", system,
      ]),
    .target(name: "Quality", dependencies: ["VectorSearch", "Tensors", "Artifacts", system]),
    .target(
      name: "Registries",
      dependencies: ["Bundles", "IndexFormats", "Embedders", "VectorSearch", "Artifacts", "CSpawn", system]),
    .target(name: "Pipelines", dependencies: ["Artifacts", "CHeap", yams, system]),
    .target(
      name: "Stages",
      dependencies: [
        "Pipelines", "Quality", "Registries", "Bundles", "IndexFormats", "VectorSearch", "Embedders", "Media", "Tensors",
        "Artifacts", system,
      ]),
    .target(name: "Reports", dependencies: ["Pipelines", "Quality", "Artifacts", system]),

    // Programs.
    .executableTarget(
      name: "vecmill",
      dependencies: [
        "Stages", "Reports", "Pipelines", "Quality", "Registries", "Bundles", "IndexFormats", "VectorSearch", "Embedders",
        "Artifacts", "Media", "Tensors", arguments, system,
      ]),
    .executableTarget(
      name: "vecmill-bench",
      dependencies: [
        "Embedders", "VectorSearch", "IndexFormats", "Media", "Tensors", "CKernels", "CMachineLimits", "Artifacts",
        arguments, system,
      ]),

    // Tests: one target a module, and the built binary from outside.
    // What tests of several targets need.
    .target(name: "TestSupport", dependencies: ["Artifacts", "CCodecs", system], path: "Tests/TestSupport"),

    .testTarget(name: "CKernelsTests", dependencies: ["CKernels", "Tensors", crypto]),
    .testTarget(name: "TensorsTests", dependencies: ["Tensors", "CKernels"]),
    .testTarget(name: "MediaTests", dependencies: ["TestSupport", "Media", "Tensors", "CArchive", crypto, system]),
    .testTarget(
      name: "EmbeddersTests",
      dependencies: ["Embedders", "Media", "Tensors", "CKernels", "Artifacts", system]),
    .testTarget(name: "VectorSearchTests", dependencies: ["TestSupport", "VectorSearch", "Tensors", "CKernels"]),
    .testTarget(
      name: "IndexFormatsTests",
      dependencies: ["TestSupport", "IndexFormats", "VectorSearch", "Tensors", "Artifacts", grdb, system],
      exclude: ["Golden"]),
    .testTarget(
      name: "BundlesTests",
      dependencies: [
        "TestSupport", "Bundles", "IndexFormats", "VectorSearch", "Embedders", "Media", "Tensors", "Artifacts",
        system,
      ], exclude: ["Golden"]),
    .testTarget(name: "QualityTests", dependencies: ["Quality", "Tensors"]),
    .testTarget(
      name: "RegistriesTests", dependencies: ["TestSupport", "Registries", "Bundles", "IndexFormats", "Artifacts", system],
      exclude: ["Golden"]),
    .testTarget(name: "ArtifactsTests", dependencies: ["TestSupport", "Artifacts", system]),
    .testTarget(
      name: "CrashTests", dependencies: ["Registries", "Bundles", "VectorSearch", "Pipelines", "Artifacts", "Tensors", system]),
    .testTarget(name: "PipelinesTests", dependencies: ["TestSupport", "Pipelines", "Artifacts", system]),
    .testTarget(
      name: "StagesTests",
      dependencies: [
        "TestSupport", "Stages", "Pipelines", "Quality", "Registries", "Bundles", "IndexFormats", "VectorSearch", "Media",
        "Tensors",
        "Artifacts", system,
      ]),
    .testTarget(name: "ReportsTests", dependencies: ["TestSupport", "Reports", "Pipelines", "Artifacts", system]),
    .testTarget(name: "VecmillTests", dependencies: ["vecmill"]),

    // The parsers of hostile input as functions of any bytes: replayed by a test, fuzzed by `make fuzz`.
    .target(
      name: "FuzzTargets",
      dependencies: [
        "TestSupport", "Stages", "Pipelines", "Bundles", "IndexFormats", "VectorSearch", "Embedders", "Media", "Tensors",
        "Artifacts", system,
      ],
      path: "Tests/FuzzTargets"),
    .testTarget(name: "FuzzTests", dependencies: ["FuzzTargets", "Tensors"], exclude: ["Seeds"]),
  ]
)

// libFuzzer is linked only where `make fuzz` builds with it, and our C is held against undefined behaviour there.
if Context.environment["VECMILL_FUZZ"] != nil {
  for target in package.targets where ["CCodecs", "CKernels", "CSpawn", "CFileSystem"].contains(target.name) {
    target.cSettings = [.unsafeFlags(["-fsanitize=undefined", "-fno-sanitize-recover=undefined"])]
  }
  package.targets.append(
    .executableTarget(
      name: "vecmill-fuzz", dependencies: ["FuzzTargets"], path: "Tests/FuzzDriver",
      // gold breaks off at this program.
      linkerSettings: [.unsafeFlags(["-use-ld=lld"])]))
}

// SwiftPM counts what runs in Swift only; with atomic counters, or two threads would make a branch look taken that never was.
if Context.environment["VECMILL_COVERAGE"] != nil {
  for target in package.targets where ["CCodecs", "CKernels", "CSpawn", "CFileSystem", "CHeap"].contains(target.name) {
    target.cSettings = [.unsafeFlags(["-fprofile-instr-generate", "-fcoverage-mapping", "-fprofile-update=atomic"])]
  }
}

for target in package.targets where ![.system, .plugin, .macro].contains(target.type) {
  target.swiftSettings = (target.swiftSettings ?? []) + swiftSettings
}
