// swift-tools-version: 6.1
import PackageDescription

// The targets are the rooms of the house: a target imports only what stands above it.
// Sources/README.md is the map; every dependency earns its sentence there.

/// Dynamic exclusivity checks cost a call on every access to the tape and to the frames.
/// Debug builds keep them.
let hot: [SwiftSetting] = [
  .unsafeFlags(["-enforce-exclusivity=unchecked"], .when(configuration: .release))
]

/// Kernels check the views that they reach elements through: in debug builds, and in others where the environment says
/// so, as for the fuzzers. It costs a comparison for each element.
let kernels: [SwiftSetting] =
  hot
  + [
    .define("NABLA_CHECKED", .when(configuration: .debug))
  ] + (Context.environment["NABLA_CHECKED"] == nil ? [] : [.define("NABLA_CHECKED")])

/// Debian's reference LAPACK and BLAS, linked in. By their paths, since where a library is found by its name other
/// packages may have put theirs.
#if arch(arm64)
  let libraries = "/usr/lib/aarch64-linux-gnu"
#else
  let libraries = "/usr/lib/x86_64-linux-gnu"
#endif
let lapack = ["\(libraries)/liblapack_pic.a", "\(libraries)/blas/libblas.a"]

let package = Package(
  name: "nabla",
  products: [.executable(name: "nabla", targets: ["nabla"])],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2")
  ],
  targets: [
    .systemLibrary(name: "CZeroMQ"),
    .systemLibrary(name: "CCrypto"),
    .systemLibrary(name: "CZlib"),
    .systemLibrary(name: "CMarkdown"),
    .target(name: "CVector"),
    .target(
      name: "CLAPACK", dependencies: ["CVector"],
      linkerSettings: [.unsafeFlags(lapack.flatMap { ["-Xlinker", $0] })]),
    .target(name: "CPNG", linkerSettings: [.linkedLibrary("png")]),
    .target(name: "JSON"),
    .target(name: "Markup", dependencies: ["CMarkdown"]),
    .target(name: "Figures", dependencies: ["CVector", "CPNG"]),
    .target(name: "Syntax"),
    .target(name: "Wire", dependencies: ["JSON", "CZeroMQ", "CCrypto"]),
    .target(name: "Numerics", dependencies: ["CLAPACK", "CVector"], swiftSettings: kernels),
    .target(name: "Formats", dependencies: ["Numerics", "JSON", "CZlib", "CPNG"], swiftSettings: hot),
    .target(
      name: "Interpreter", dependencies: ["JSON", "Syntax", "Numerics", "Figures"],
      swiftSettings: hot),
    .target(
      name: "Library",
      dependencies: ["Interpreter", "Formats", "Syntax", "Numerics", "Figures", "CVector"],
      swiftSettings: hot),
    .target(
      name: "Prelude", dependencies: ["Interpreter"],
      resources: [
        .embedInCode("Core.nabla"), .embedInCode("Losses.nabla"), .embedInCode("Layers.nabla"),
        .embedInCode("Descent.nabla"), .embedInCode("Training.nabla"), .embedInCode("Data.nabla"),
        .embedInCode("FiguresDescent.nabla"), .embedInCode("FiguresTraining.nabla"),
        .embedInCode("Saliency.nabla"), .embedInCode("Landscapes.nabla"), .embedInCode("Boundaries.nabla"),
        .embedInCode("Dynamics.nabla"), .embedInCode("digits.npz"),
      ]),
    .target(name: "Kernel", dependencies: ["JSON", "Wire", "Interpreter"]),
    .target(
      name: "Notebook", dependencies: ["JSON", "Syntax", "Interpreter", "Figures", "Markup", "CPNG"],
      resources: [.embedInCode("Page.css")]),
    .target(
      name: "Kernelspec", dependencies: ["JSON", "Interpreter"], path: "kernelspec",
      exclude: ["install", "packages", "require-packages"],
      resources: [
        .embedInCode("logo-svg.svg"), .embedInCode("logo-64x64.png"), .embedInCode("logo-32x32.png"),
      ]),
    .executableTarget(
      name: "nabla",
      dependencies: [
        "Kernel", "Notebook", "Library", "Prelude", "Kernelspec", "Wire", "Numerics", "CZeroMQ",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ]),
    .target(
      name: "Support", dependencies: ["Interpreter", "Library", "Prelude"], path: "Tests/Support"),
    .testTarget(name: "TinyTests", dependencies: ["Support", "Interpreter"]),
    .testTarget(name: "JSONTests", dependencies: ["JSON"]),
    .testTarget(name: "MarkupTests", dependencies: ["Markup"]),
    .testTarget(name: "SyntaxTests", dependencies: ["Syntax"]),
    .testTarget(name: "NumericsTests", dependencies: ["Numerics", "CLAPACK", "CVector"]),
    .testTarget(
      name: "InterpreterTests", dependencies: ["Support", "Interpreter", "Library", "Formats"],
      exclude: ["Contract", "Reports", "Fixtures", "References"]),
    .testTarget(name: "FiguresTests", dependencies: ["Figures"], exclude: ["Snapshots"]),
    .testTarget(name: "WireTests", dependencies: ["Wire", "JSON"]),
    .testTarget(name: "KernelTests", dependencies: ["Kernel", "Wire", "Interpreter", "JSON"]),
    .testTarget(
      name: "NotebookTests", dependencies: ["Support", "Notebook", "Library"], exclude: ["Fixtures"]),
  ],
  swiftLanguageModes: [.v6]
)
