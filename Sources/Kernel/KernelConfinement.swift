import Glibc
import Interpreter
import System
import Wire

/// The walls that the system keeps around a kernel. Those of files stand before a socket is made, since its threads must
/// be behind them too; those of calls when all five are bound, after which no other is opened.
struct KernelConfinement {
  private let isWanted: Bool
  private var sandbox = Sandbox()

  /// - Parameter history: the file in which cells are remembered.
  init(_ connection: Connection, _ options: KernelServer.Options, history: String?) {
    isWanted = options.isConfined
    sandbox.keepsNetwork = true
    sandbox.writable.append(options.folder)
    sandbox.readable += options.limits.readable
    sandbox.writable += options.limits.writable.map { Self.isFolder($0) ? $0 : Self.folder(of: $0) }
    sandbox.listening += Set(connection.paths.map(Self.folder)).sorted()
    if let history { sandbox.writable.append(Self.folder(of: history)) }
  }

  func restrictFiles() { if isWanted { _ = sandbox.restrictFiles() } }

  func restrictCalls() { if isWanted { _ = Sandbox.restrictCalls() } }

  private static func folder(of path: String) -> String {
    guard let slash = path.lastIndex(of: "/") else { return "." }
    return slash == path.startIndex ? "/" : String(path[..<slash])
  }

  private static func isFolder(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
  }
}
