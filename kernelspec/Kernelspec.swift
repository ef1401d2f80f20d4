import Interpreter
import JSON

/// The files that make Jupyter know the kernel. The logos lie beside this file and are compiled in, so an
/// installed `nabla` can install itself again.
public enum Kernelspec {
  /// The name of the program inside the kernelspec's folder.
  public static let program = "nabla"

  public static let logos: [(name: String, bytes: [UInt8])] = [
    ("logo-svg.svg", PackageResources.logo_svg_svg),
    ("logo-64x64.png", PackageResources.logo_64x64_png),
    ("logo-32x32.png", PackageResources.logo_32x32_png),
  ]

  /// The text of `kernel.json`. The program stands beside it, so the folder can be moved, packed into a wheel
  /// or an image, and still works.
  public static func description(displayName: String) -> [UInt8] {
    let description: JSONValue = [
      "argv": [
        .string("{resource_dir}/\(program)"), "kernel", "--connection-file", "{connection_file}",
      ],
      "display_name": .string(displayName),
      "language": .string(Language.name),
      "interrupt_mode": "message",
      "metadata": ["debugger": false],
    ]
    return description.bytes(JSONFormat(indent: 1)) + [0x0A]
  }
}
