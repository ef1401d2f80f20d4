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

  /// Throws where the environment asks for what cannot be: such a wish is not passed over.
  public static func checkEnvironment() throws(Misfit) {
    if let name = getenv("NABLA_INSTRUCTIONS").map({ String(cString: $0) }), !instructionSets.contains(name) {
      throw .instructions(name)
    }
    if let text = getenv("NABLA_THREADS").map({ String(cString: $0) }), Int(text).map({ $0 < 1 }) ?? true {
      throw .threads(text)
    }
  }
}
