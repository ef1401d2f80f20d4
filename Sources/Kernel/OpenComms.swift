import JSON
import Synchronization

/// The comms that are open, for all threads: who asks for them gets an answer while a cell runs.
final class OpenComms: Sendable {
  /// More than any front end has, so that what it opens cannot fill the memory.
  private static let most = 1000
  private static let longestName = 256

  private let targets = Mutex<[String: String]>([:])

  /// False where there are too many.
  func open(_ id: String, target: String) -> Bool {
    targets.withLock {
      guard $0.count < Self.most, id.utf8.count <= Self.longestName else { return false }
      $0[id] = target
      return true
    }
  }

  func close(_ id: String) { targets.withLock { $0[id] = nil } }

  func target(of id: String) -> String? { targets.withLock { $0[id] } }

  /// As comm_info_reply has them, of one target or of all.
  func list(target: String?) -> JSONValue {
    let open = targets.withLock { $0 }.filter { target == nil || $0.value == target }
    return .object(
      JSONObject(open.sorted { $0.key < $1.key }.map { ($0.key, ["target_name": .string($0.value)]) }))
  }
}
