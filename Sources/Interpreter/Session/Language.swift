import JSON

/// What Jupyter is told about the language: the kernel says it in `kernel_info_reply`, the runner writes it into
/// the notebook, the installer into the kernelspec.
public enum Language {
  public static let name = "nabla"
  public static let displayName = "Nabla"
  public static let version = "0.1.0"

  /// `language_info` of the protocol and of notebooks. The syntax lexes as Julia, so front ends colour it with
  /// what they have.
  public static let info: JSONObject = [
    "name": .string(name),
    "version": .string(version),
    "mimetype": "text/x-nabla",
    "file_extension": ".nabla",
    "codemirror_mode": "julia",
    "pygments_lexer": "julia",
  ]
}
