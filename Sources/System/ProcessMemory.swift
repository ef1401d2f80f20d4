import CLinux
import Glibc

/// What the process holds, as the system counts it.
package enum ProcessMemory {
  /// How memory is asked for and given back; to be said before anything else runs. With one arena and a fixed threshold
  /// what a large cell has freed goes back: 338 MB stayed where the defaults kept 865 (measured).
  package static func configure() {
    linux_configure_memory()
    _ = statistics
  }

  /// To be said in a copy of the process, which else would look at what the original holds.
  package static func beginInCopy() {
    if statistics >= 0 { close(statistics) }
    statistics = openStatistics()
  }

  /// Where the stack of this thread is, which grows downwards.
  package static var stackAddress: UInt { linux_stack_address() }

  /// Gives back what is free.
  package static func giveBack() { linux_return_memory() }

  /// Bytes in memory now that are the process's own, not those of files; 0 where the system does not say.
  package static var resident: Int {
    guard statistics >= 0 else { return 0 }
    var bytes = [UInt8](repeating: 0, count: 128)
    let count = pread(statistics, &bytes, bytes.count, 0)
    guard count > 0 else { return 0 }
    // Pages: of the address space, in memory, shared with files. Read by hand, for it is asked at every cell.
    var numbers = [0]
    for byte in bytes[..<count] {
      if byte == UInt8(ascii: " ") {
        if numbers.count == 3 { break }
        numbers.append(0)
      } else if UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte {
        numbers[numbers.count - 1] = numbers[numbers.count - 1] &* 10 &+ Int(byte &- UInt8(ascii: "0"))
      }
    }
    guard numbers.count == 3 else { return 0 }
    return (numbers[1] &- numbers[2]) &* pageSize
  }

  private static let pageSize = sysconf(Int32(_SC_PAGESIZE))

  /// Opened early: the walls around notebooks of others leave out this file.
  nonisolated(unsafe) private static var statistics = openStatistics()

  private static func openStatistics() -> Int32 { open("/proc/self/statm", O_RDONLY | O_CLOEXEC) }
}
