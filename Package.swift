// swift-tools-version: 6.1
import PackageDescription

// The targets are the rooms of the house: a target imports only what stands above it.
// Sources/README.md is the map; every dependency earns its sentence there.

/// Dynamic exclusivity checks cost a call on every access to the tape and to the frames.
/// Debug builds keep them.
let hot: [SwiftSetting] = [
  .unsafeFlags(["-enforce-exclusivity=unchecked"], .when(configuration: .release))
]

/// Every target of Swift sees `Checked` without naming it, and what that hides of the standard library is an error:
/// conversions that would end the process at a number that a program may have.
let checked: [SwiftSetting] = [
  .unsafeFlags(["-Xfrontend", "-import-module", "-Xfrontend", "Checked", "-Werror", "DeprecatedDeclaration"])
]

/// Kernels check the views that they reach elements through: in debug builds, and in others where the environment says
/// so, as for the fuzzers. It costs a comparison for each element.
let kernels: [SwiftSetting] =
  checked + hot
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
    .target(name: "CPlan"),
    .target(name: "CLinux"),
    .target(
      name: "CLAPACK", dependencies: ["CVector"],
      linkerSettings: [.unsafeFlags(lapack.flatMap { ["-Xlinker", $0] })]),
    .target(name: "Checked"),
    .target(name: "CPNG", linkerSettings: [.linkedLibrary("png")]),
    .target(name: "System", dependencies: ["Checked", "CLinux"], swiftSettings: checked),
    .target(name: "JSON", dependencies: ["Checked"], swiftSettings: checked),
    .target(name: "Markup", dependencies: ["Checked", "CMarkdown"], swiftSettings: checked),
    .target(name: "Figures", dependencies: ["Checked", "CVector", "CPNG"], swiftSettings: checked),
    .target(name: "Syntax", dependencies: ["Checked"], swiftSettings: checked),
    .target(name: "Wire", dependencies: ["Checked", "JSON", "CZeroMQ", "CCrypto"], swiftSettings: checked),
    .target(
      name: "Numerics", dependencies: ["Checked", "CLAPACK", "CPlan", "CVector"], swiftSettings: kernels),
    .target(
      name: "Formats", dependencies: ["Checked", "Numerics", "JSON", "CZlib", "CPNG"],
      swiftSettings: checked + hot),
    .target(
      name: "Explorables", dependencies: ["Checked", "JSON", "Markup", "Formats", "Figures", "CCrypto"],
      resources: [.embedInCode("Explore.js"), .embedInCode("Recompute.js"), .embedInCode("Redraw.js")],
      swiftSettings: checked),
    .target(
      name: "Interpreter", dependencies: ["Checked", "System", "JSON", "Syntax", "Numerics", "Figures"],
      swiftSettings: checked + hot),
    .target(
      name: "Library",
      dependencies: [
        "Checked", "System", "Interpreter", "Explorables", "Formats", "Syntax", "Numerics", "Figures",
        "CVector",
      ],
      swiftSettings: checked + hot),
    .target(
      name: "Prelude", dependencies: ["Interpreter"],
      resources: [
        .embedInCode("Core.nabla"), .embedInCode("Losses.nabla"), .embedInCode("Layers.nabla"),
        .embedInCode("Descent.nabla"), .embedInCode("Training.nabla"), .embedInCode("Time.nabla"),
        .embedInCode("Data.nabla"),
        .embedInCode("FiguresDescent.nabla"), .embedInCode("FiguresTraining.nabla"),
        .embedInCode("FiguresRuns.nabla"),
        .embedInCode("Saliency.nabla"), .embedInCode("Landscapes.nabla"), .embedInCode("Boundaries.nabla"),
        .embedInCode("Dynamics.nabla"), .embedInCode("digits.npz"),
      ]),
    .target(
      name: "Kernel", dependencies: ["Checked", "System", "JSON", "Wire", "Interpreter"],
      swiftSettings: checked),
    .target(
      name: "Notebook",
      dependencies: [
        "Checked", "System", "JSON", "Syntax", "Interpreter", "Explorables", "Figures", "Markup", "CPNG",
      ],
      resources: [.embedInCode("Page.css"), .embedInCode("Slides.css"), .embedInCode("Slides.js")],
      swiftSettings: checked),
    .target(
      name: "Kernelspec", dependencies: ["Checked", "JSON", "Interpreter"], path: "kernelspec",
      exclude: ["Dockerfile", "build", "install", "packages", "python", "require-packages", "wheel"],
      resources: [
        .embedInCode("logo-svg.svg"), .embedInCode("logo-64x64.png"), .embedInCode("logo-32x32.png"),
      ], swiftSettings: checked),
    .executableTarget(
      name: "nabla",
      dependencies: [
        "Checked", "Kernel", "Notebook", "Library", "Prelude", "Kernelspec", "Wire", "Numerics", "System",
        "CZeroMQ",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ], swiftSettings: checked),
    .target(
      name: "Support",
      dependencies: ["Kernel", "Wire", "Syntax", "JSON", "Interpreter", "Library", "Prelude"],
      path: "Tests/Support"),
    .executableTarget(
      name: "fuzz",
      dependencies: [
        "Support", "Kernel", "Notebook", "Library", "Explorables", "Formats", "Figures", "Markup", "Wire",
        "Syntax",
        "JSON", "Interpreter",
      ],
      path: "Tests/fuzz", exclude: ["run", "seeds"]),
    .testTarget(name: "TinyTests", dependencies: ["Support", "Interpreter"]),
    .testTarget(name: "JSONTests", dependencies: ["JSON"]),
    .target(name: "CTrial", path: "Tests/CTrial"),
    .executableTarget(
      name: "SandboxTrial", dependencies: ["System", "CTrial"], path: "Tests/SandboxTrial"),
    .testTarget(name: "SystemTests", dependencies: ["System", "SandboxTrial"]),
    .testTarget(name: "ExplorablesTests", dependencies: ["Explorables", "JSON"]),
    .testTarget(name: "MarkupTests", dependencies: ["Markup"]),
    .testTarget(name: "SyntaxTests", dependencies: ["Syntax"]),
    .testTarget(name: "NumericsTests", dependencies: ["Numerics", "CLAPACK", "CPlan", "CVector"]),
    .testTarget(
      name: "InterpreterTests", dependencies: ["Support", "System", "Interpreter", "Library", "Formats"],
      exclude: ["Contract", "Reports", "Fixtures", "References"]),
    .testTarget(name: "FiguresTests", dependencies: ["Figures"], exclude: ["Snapshots"]),
    .testTarget(name: "WireTests", dependencies: ["Wire", "JSON"]),
    .testTarget(name: "KernelTests", dependencies: ["Support", "Kernel", "Wire", "Interpreter", "JSON"]),
    .testTarget(
      name: "NotebookTests", dependencies: ["Support", "Notebook", "Library", "Figures", "CCrypto"],
      exclude: ["Fixtures"]),
  ],
  swiftLanguageModes: [.v6]
)
