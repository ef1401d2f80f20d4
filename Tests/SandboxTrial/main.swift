// Goes behind the system's walls and tries to leave them: a line for each way, and what came of it. Run by `SandboxTests`.
//
// usage: SandboxTrial off|files|calls|both folder outside

import CTrial
import Glibc
import System

let arguments = CommandLine.arguments
let (walls, inside, outside) = (arguments[1], arguments[2], arguments[3])
var sandbox = Sandbox()
sandbox.writable.append(inside)
// Opened before, as a kernel's sockets and a run's terminal are; and a thread that is there already.
let thread = trial_start_thread()
let files = walls == "files" || walls == "both"
let calls = walls == "calls" || walls == "both"
print("files:", files && sandbox.restrictFiles())
print("calls:", calls && Sandbox.restrictCalls())

func report(_ name: String, _ result: Int) { print("\(name): \(result >= 0 ? "done" : "refused")") }

func opens(_ path: String, _ flags: Int32) -> Int {
  let descriptor = open(path, flags, 0o600)
  if descriptor >= 0 { close(descriptor) }
  return Int(descriptor)
}

report("read inside", opens("\(inside)/a.csv", O_RDONLY))
report("write inside", opens("\(inside)/new.csv", O_WRONLY | O_CREAT))
report("replace inside", Int(rename("\(inside)/new.csv", "\(inside)/a.csv")))
report("read a library", opens("/usr/lib/os-release", O_RDONLY))
report("read outside", opens("\(outside)/secret.csv", O_RDONLY))
report("read by a link", opens("\(inside)/link.csv", O_RDONLY))
report("list outside", opens(outside, O_RDONLY | O_DIRECTORY))
report("write outside", opens("\(outside)/new.csv", O_WRONLY | O_CREAT))
report("truncate outside", Int(truncate("\(outside)/secret.csv", 0)))
report("remove outside", Int(unlink("\(outside)/secret.csv")))
report("rename outside", Int(rename("\(outside)/secret.csv", "\(outside)/other.csv")))
report("link outside", Int(link("\(outside)/secret.csv", "\(inside)/hard.csv")))
report("make a link", Int(symlink(outside, "\(inside)/soft")))
report("make a folder", Int(mkdir("\(inside)/folder", 0o700)))
report("make a pipe", Int(mkfifo("\(inside)/pipe", 0o600)))
report("passwords", opens("/etc/passwd", O_RDONLY))
report("own memory", opens("/proc/self/mem", O_RDWR))
report("environment of others", opens("/proc/1/environ", O_RDONLY))
report("start a program", Int(trial_start_program()))
report("become a program", Int(trial_become_program()))
report("start a process", Int(trial_fork()))
report("open a socket", Int(trial_socket()))
report("change what others may do", Int(chmod("\(outside)/secret.csv", 0o777)))
report("type for the user", Int(trial_type()))
report("a thread from before opens a socket", Int(trial_ask_thread(thread)))
report("signal another process", Int(kill(getppid(), 0)))
report("signal itself", Int(kill(getpid(), 0)))
report("start a thread", Int(trial_start_and_end_thread()))
