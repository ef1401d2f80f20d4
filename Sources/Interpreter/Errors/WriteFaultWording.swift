import Glibc
import System

extension WriteFault {
  /// What is wrong, behind the name of the file.
  package var reason: String {
    switch self {
    case .folder: "this is a folder"
    case .notRegular: "this is no ordinary file"
    case .deadLink: "this is a link that leads nowhere"
    case .readOnly: "this file is write-protected"
    case .noFolder: "the folder it would stand in does not exist"
    case .system(let code): SystemReason.words(code)
    }
  }
}

/// Why the system refuses, for those cases that notebooks meet in the terms of their readers.
package enum SystemReason {
  package static func words(_ code: Int32) -> String {
    switch code {
    case ENOENT: "there is no such file"
    case EACCES: "this user may not open it"
    case ENOTDIR: "a part of its path is no folder"
    case EISDIR: "this is a folder"
    case ENOSPC, EDQUOT: "the disk is full"
    case EFBIG: "it would be larger than files may be here"
    case EROFS: "the disk cannot be written"
    case ENAMETOOLONG: "its name is too long"
    default: String(cString: strerror(code))
    }
  }
}
