import ArgumentParser
import Interpreter

/// The options that bound what a notebook may use, for every way to evaluate.
struct LimitOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp("Memory for tensors, such as 2G (default: 80 % of the machine's).", valueName: "bytes")
  )
  var maxMemory: ByteCount?

  @Option(help: ArgumentHelp("Time for a cell before it ends with a LimitError.", valueName: "seconds"))
  var maxTime: PositiveSeconds?

  @Option(help: ArgumentHelp("What a cell may put out, figures too, such as 1M.", valueName: "bytes"))
  var maxOutput: ByteCount?

  @Option(help: ArgumentHelp("Levels of recursion.", valueName: "levels"))
  var maxDepth: PositiveCount = PositiveCount(Limits().depth)

  @Option(
    help: ArgumentHelp(
      "A folder or file that may be read besides the notebook's own folder; can be repeated.",
      valueName: "dir or file"))
  var allowRead: [String] = []

  @Option(
    help: ArgumentHelp(
      "A folder that may be written besides the notebook's own, or a file that may be replaced whatever it is; can be repeated.",
      valueName: "dir or file"))
  var allowWrite: [String] = []

  /// The options as they were given, for a process that does part of the work.
  var arguments: [String] {
    var arguments: [String] = []
    if let maxMemory { arguments += ["--max-memory", "\(maxMemory.bytes)"] }
    if let maxTime { arguments += ["--max-time", "\(maxTime.seconds)"] }
    if let maxOutput { arguments += ["--max-output", "\(maxOutput.bytes)"] }
    arguments += ["--max-depth", "\(maxDepth.count)"]
    return arguments + allowRead.flatMap { ["--allow-read", $0] }
      + allowWrite.flatMap { ["--allow-write", $0] }
  }

  var limits: Limits {
    var limits = Limits()
    limits.memory = maxMemory?.bytes
    limits.time = maxTime?.seconds
    limits.output = maxOutput?.bytes
    limits.depth = maxDepth.count
    limits.readable = allowRead
    limits.writable = allowWrite
    return limits
  }
}

/// A number of bytes: `1000`, `64K`, `1.5G`; the letters count in powers of 1024.
struct ByteCount: ExpressibleByArgument {
  let bytes: Int

  init?(argument: String) {
    var digits = argument.uppercased()
    if digits.hasSuffix("B") { digits.removeLast() }
    if digits.hasSuffix("I") { digits.removeLast() }
    var unit = 1.0
    if let last = digits.last, let power = Array("KMGT").firstIndex(of: last) {
      digits.removeLast()
      for _ in 0...power { unit *= 1024 }
    }
    guard let number = Double(digits), number > 0, number * unit < 0x1p62 else { return nil }
    bytes = Int(clamping: number * unit)
  }
}

struct PositiveSeconds: ExpressibleByArgument {
  let seconds: Double

  init?(argument: String) {
    guard let seconds = Double(argument), seconds > 0, seconds.isFinite else { return nil }
    self.seconds = seconds
  }
}

struct PositiveCount: ExpressibleByArgument {
  let count: Int

  init(_ count: Int) { self.count = count }

  init?(argument: String) {
    guard let count = Int(argument), count > 0 else { return nil }
    self.count = count
  }

  var defaultValueDescription: String { String(count) }
}
