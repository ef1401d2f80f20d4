// Walls that the system itself keeps around the process, behind those of the language: a fault in ours must not open the
// machine to a notebook.

import CLinux
import Glibc

/// What the process may touch from now on.
package struct Sandbox {
  /// Folders and files that may be read, with all below them.
  package var readable: [String] = ownNeeds
  /// Folders whose files may also be made, replaced and removed.
  package var writable: [String] = ["/dev/null"]
  /// Folders where sockets may be made and removed.
  package var listening: [String] = []
  /// Whether TCP ports may still be bound and reached, as far as calls allow.
  package var keepsNetwork = false

  package init() {}

  /// Whether the system can keep a process from files, so well that nothing of what is written goes past it: with
  /// Landlock as of version 3, which knows of truncation.
  package static var restrictsFiles: Bool { linux_landlock_version() >= 3 }

  /// Bars this thread, and those that it starts from now on, from all other files; whether that succeeded.
  package func restrictFiles() -> Bool {
    guard Self.restrictsFiles else { return false }
    let paths =
      readable.map { ($0, LINUX_MAY_READ) } + writable.map { ($0, LINUX_MAY_WRITE) }
      + listening.map { ($0, LINUX_MAY_LISTEN) }
    let names = paths.map { strdup($0.0) }
    defer { for name in names { free(name) } }
    let rules = zip(names, paths).map { LinuxRule(path: $0, access: Int32(bitPattern: $1.1.rawValue)) }
    return linux_restrict_files(rules, Int32(rules.count), keepsNetwork ? 1 : 0) == 0
  }

  /// Bars the whole process from starting programs and opening sockets; whether that succeeded.
  package static func restrictCalls() -> Bool { linux_restrict_calls() == 0 }

  /// What the program reads whatever a notebook does: libraries that are opened late, the fonts with which figures
  /// become pictures, how large the machine is.
  private static var ownNeeds: [String] {
    var needs = [
      "/usr", "/lib", "/lib64", "/etc/ld.so.cache", "/etc/fonts", "/etc/localtime", "/var/cache/fontconfig",
      "/dev/urandom", "/sys/fs/cgroup/memory.max", "/sys/devices/system/cpu",
    ]
    if let home = variable("HOME") {
      needs += [".fonts", ".fonts.conf", ".local/share/fonts", ".config/fontconfig", ".cache/fontconfig"].map
      {
        "\(home)/\($0)"
      }
    }
    if let data = variable("XDG_DATA_HOME") { needs.append("\(data)/fonts") }
    for name in ["XDG_CONFIG_HOME", "XDG_CACHE_HOME"] {
      if let folder = variable(name) { needs.append("\(folder)/fontconfig") }
    }
    for name in ["LD_LIBRARY_PATH", "FONTCONFIG_PATH", "FONTCONFIG_FILE", "NABLA_PRELUDE"] {
      needs += (variable(name) ?? "").split(separator: ":").map(String.init)
    }
    return needs
  }

  private static func variable(_ name: String) -> String? {
    getenv(name).map { String(cString: $0) }.flatMap { $0.isEmpty ? nil : $0 }
  }
}

/// Makes a copy of this process, which must have no other thread: 0 in the copy, its number in the original, -1 where the
/// system has no room for one.
package func copyProcess() -> Int32 { linux_fork() }

/// Whether this process ends with the one that started it, which `parent` says; false where that has ended already.
package func endWithParent(_ parent: Int32) -> Bool { linux_end_with_parent(parent) != 0 }
