import CVector
import Glibc

/// What this machine computes with. It decides how fast numbers come, never which.
public enum Processor {
  /// The instruction sets that it has, from the baseline up.
  public static var instructionSets: [String] {
    (0..<vector_path_count()).map { String(cString: vector_path_name($0)) }
  }

  /// A variable of the environment that asks for what cannot be.
  public enum Misfit: Error, Equatable, Sendable {
    /// `NABLA_INSTRUCTIONS` names no instruction set, or one that this machine lacks.
    case instructions(String)
    /// `NABLA_THREADS` is no whole number from 1.
    case threads(String)
  }

  /// How many threads the environment asks for.
  static var threads: Int? { wish("NABLA_THREADS").flatMap { Int($0) }.flatMap { $0 < 1 ? nil : $0 } }

  /// Throws where the environment asks for what cannot be: such a wish is not passed over.
  public static func checkEnvironment() throws(Misfit) {
    if let name = wish("NABLA_INSTRUCTIONS"), !instructionSets.contains(name) { throw .instructions(name) }
    if let text = wish("NABLA_THREADS"), threads == nil { throw .threads(text) }
  }

  /// A variable of the environment; an empty one is none.
  private static func wish(_ name: String) -> String? {
    getenv(name).map { String(cString: $0) }.flatMap { $0.isEmpty ? nil : $0 }
  }
}
