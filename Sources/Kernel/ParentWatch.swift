import Glibc

/// Tells when the process that started the kernel has ended, so that no kernel is left over.
///
/// Jupyter names itself in JPY_PARENT_PID. Where a wrapper stands between, or nobody is named, only the adoption by
/// process 1 counts; and in a container the parent may be process 1 from the start.
struct ParentWatch: Sendable {
  private let named: Int32?
  private let first: Int32
  private let current: @Sendable () -> Int32

  init(named: Int32?, current: @escaping @Sendable () -> Int32 = { getppid() }) {
    self.named = named
    self.current = current
    first = current()
  }

  /// Reads the name from the environment.
  static func ofThisProcess() -> ParentWatch {
    ParentWatch(named: getenv("JPY_PARENT_PID").flatMap { Int32(String(cString: $0)) })
  }

  var hasEnded: Bool {
    let now = current()
    if let named, named != 1, named == first { return now != first }
    return now == 1 && first != 1
  }
}
