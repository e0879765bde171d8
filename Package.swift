// swift-tools-version: 6.1
// The Swift package: one library target for each subfolder of Sources/<executable>/, one executable
// for each stage. Who may import whom is ARCHITECTURE.md's table; the build checks it.
import PackageDescription

let llvmPrefix = Context.environment["JANUS_LLVM_PREFIX"] ?? "/usr/lib/llvm-19"

let settings: [SwiftSetting] = [.enableUpcomingFeature("ExistentialAny")]
let llvmSettings: [SwiftSetting] = settings + [.unsafeFlags(["-Xcc", "-I\(llvmPrefix)/include"])]
let llvmLinking: [LinkerSetting] = [
  .unsafeFlags(["-L\(llvmPrefix)/lib", "-Xlinker", "-rpath", "-Xlinker", "\(llvmPrefix)/lib"])
]
/// The suites run every program in the interpreter, so it is optimised in debug builds too.
let interpreterSettings: [SwiftSetting] = settings + [.unsafeFlags(["-O"])]
/// Static standard library: a process starts in 2 ms instead of 6.
let toolLinking: [LinkerSetting] = [
  .unsafeFlags(["-static-stdlib"]), .linkedLibrary("_FoundationCollections"),
  .linkedLibrary("_FoundationCShims"), .linkedLibrary("swiftSynchronization"),
  .linkedLibrary("swift_Concurrency"), .linkedLibrary("dispatch"), .linkedLibrary("BlocksRuntime"),
]

let arguments: Target.Dependency = .product(name: "ArgumentParser", package: "swift-argument-parser")

func library(
  _ name: String, at path: String, _ uses: [Target.Dependency] = [],
  swiftSettings: [SwiftSetting] = settings
) -> Target {
  .target(name: name, dependencies: uses, path: "Sources/" + path, swiftSettings: swiftSettings)
}

func tool(
  _ name: String, _ uses: [Target.Dependency],
  swiftSettings: [SwiftSetting] = settings, linkerSettings: [LinkerSetting] = []
) -> Target {
  .executableTarget(
    name: name, dependencies: uses + [arguments], path: "Sources/\(name)/Tool",
    swiftSettings: swiftSettings, linkerSettings: toolLinking + linkerSettings)
}

/// Swift tests of one library: Tests/<name>Tests. They start executables by path.
func tests(_ name: String, _ uses: [Target.Dependency] = []) -> Target {
  .testTarget(
    name: "\(name)Tests", dependencies: [.byName(name: name)] + uses, path: "Tests/\(name)Tests",
    swiftSettings: settings)
}

let package = Package(
  name: "janus",
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/LebJe/TOMLKit", from: "0.6.0"),
  ],
  targets: [
    // janus-front: source to checked declarations in the ASTDB.
    .target(name: "CXXHash", path: "Sources/janus-front/CXXHash"),
    .systemLibrary(name: "CSQLite", path: "Sources/janus-front/CSQLite", pkgConfig: "sqlite3"),
    library("Base", at: "janus-front/Base", ["CXXHash"]),
    library("ASTDB", at: "janus-front/ASTDB", ["Base", "CSQLite"]),
    library("Lexer", at: "janus-front/Front/Lexer", ["Base"]),
    library("Parser", at: "janus-front/Front/Parser", ["Base", "Lexer"]),
    library("Format", at: "janus-front/Front/Format", ["Base", "Lexer", "Parser"]),
    library("Sema", at: "janus-front/Front/Sema", ["Base", "Lexer", "Parser", "ASTDB"]),
    tool(
      "janus-front",
      [
        "Base", "ASTDB", "Lexer", "Parser", "Format", "Sema", "MIR", "Lowering", "Passes",
        "Interpreter", "Installation",
      ]),

    // janus-mir: checked declarations to MIR.
    .systemLibrary(name: "CFFI", path: "Sources/janus-mir/CFFI", pkgConfig: "libffi"),
    library("MIR", at: "janus-mir/MIR", ["Base"]),
    library("Lowering", at: "janus-mir/Lowering", ["Base", "ASTDB", "MIR"]),
    library("Passes", at: "janus-mir/Passes", ["Base", "MIR"]),
    library(
      "Interpreter", at: "janus-mir/Interpreter", ["Base", "MIR", "CFFI"],
      swiftSettings: interpreterSettings),
    tool(
      "janus-mir", ["Base", "ASTDB", "MIR", "Lowering", "Passes", "Interpreter", "Installation"]),

    // janus-back: MIR to objects, or to running code.
    .systemLibrary(name: "CLLVM", path: "Sources/janus-back/CLLVM"),
    library("CodeGen", at: "janus-back/CodeGen", ["Base", "MIR", "CLLVM"], swiftSettings: llvmSettings),
    library("JIT", at: "janus-back/JIT", ["Base", "MIR", "CodeGen", "CLLVM"], swiftSettings: llvmSettings),
    tool(
      "janus-back", ["Base", "MIR", "CodeGen", "JIT", "CLLVM", "Installation"],
      swiftSettings: llvmSettings, linkerSettings: llvmLinking),

    // janus-runtime: what a link line needs; the runtime itself is C, built by make.
    library("Installation", at: "janus-runtime/Installation"),
    tool("janus-runtime", ["Base", "Installation"]),

    // janus-build: plans, runs the stages as processes, links, tests, explains.
    .target(
      name: "CSystem", path: "Sources/janus-build/CSystem",
      linkerSettings: [.unsafeFlags(["-Xlinker", "-l:libcrypto.a"])]),
    library(
      "Build", at: "janus-build/Build",
      ["Base", "ASTDB", "CSystem", .product(name: "TOMLKit", package: "TOMLKit")],
      // TOMLKit imports Foundation, whose methods must not slip in through it.
      swiftSettings: settings + [.enableUpcomingFeature("MemberImportVisibility")]),
    tool("janus-build", ["Base", "Build"]),

    tests("Base"),
    .testTarget(
      name: "TidyTests", dependencies: ["Base"], path: "Tests/TidyTests",
      exclude: ["uncovered-codes.txt", "enum-defaults.txt"], swiftSettings: settings),
    .testTarget(
      name: "BuildTests", dependencies: ["Base"], path: "Tests/BuildTests",
      swiftSettings: settings),
    tests("Sema", ["Base", "ASTDB", "Lexer", "Parser"]),
    tests("MIR", ["Base"]),
    tests("Lowering", ["Base", "ASTDB", "MIR"]),
    .testTarget(
      name: "CodeGenTests", dependencies: [], path: "Tests/CodeGenTests", exclude: ["Cases"],
      swiftSettings: settings),
    tests("Parser", ["Base", "Lexer"]),
    tests("Format", ["Base"]),
    tests("Interpreter", ["Base", "MIR"]),
    tests("Passes", ["Base", "MIR", "Interpreter"]),
  ],
  swiftLanguageModes: [.v6]
)
