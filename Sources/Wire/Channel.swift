/// The five sockets between a kernel and its clients.
public enum Channel: String, CaseIterable, Sendable {
  /// Requests, one after another.
  case shell
  /// Requests that must not wait for the shell: interrupt, shutdown.
  case control
  /// Questions from the kernel to the user.
  case stdin
  /// What the kernel publishes to everyone.
  case iopub
  /// Bytes echoed to show that the process is alive.
  case heartbeat
}
