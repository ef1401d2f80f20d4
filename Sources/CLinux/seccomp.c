// A filter in the system itself: calls that a notebook has no business with fail with EPERM. It names what is barred and
// lets the rest pass, since libraries and systems differ in what they call: files are Landlock's matter.

#define _GNU_SOURCE
#include "CLinux.h"

#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/sched.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#if defined(__x86_64__)
#define ARCHITECTURE AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define ARCHITECTURE AUDIT_ARCH_AARCH64
#endif

#ifdef ARCHITECTURE

/// Numbers are the same on every architecture from here on.
enum {
  nr_pidfd_send_signal = 424,
  nr_pidfd_open = 434,
  nr_clone3 = 435,
  nr_pidfd_getfd = 438,
  nr_io_uring_setup = 425,
  nr_open_tree = 428,
  nr_move_mount = 429,
  nr_fsopen = 430,
  nr_mount_setattr = 442,
  nr_fchmodat2 = 452,
  nr_setxattrat = 463,
  nr_removexattrat = 466,
};

#define LOAD(field) BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, field))
#define ANSWER(code) BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | (code))
#define PASS BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW)
#define BAR(number) BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (number), 0, 1), ANSWER(EPERM)

#define OF_OWN(number)                                                                                            \
  BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (number), 0, 4), LOAD(args[0]),                                             \
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, own, 0, 1), PASS, ANSWER(EPERM)

int linux_restrict_calls(void) {
  const uint32_t own = (uint32_t)getpid();
  struct sock_filter filter[] = {
      LOAD(arch),
      // The numbers below are those of this architecture: a call by another's is none.
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, ARCHITECTURE, 1, 0),
      ANSWER(ENOSYS),
      LOAD(nr),
#ifdef __x86_64__
      // The x32 calls are the same under other numbers.
      BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, 0x40000000, 0, 1),
      ANSWER(ENOSYS),
#endif
      // Its flags lie in memory, where a filter cannot look; the C library then asks by `clone`.
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, nr_clone3, 0, 1),
      ANSWER(ENOSYS),

      // Programs and processes.
      BAR(__NR_execve),
      BAR(__NR_execveat),
#ifdef __NR_fork
      BAR(__NR_fork),
      BAR(__NR_vfork),
#endif
      BAR(__NR_ptrace),
      BAR(__NR_process_vm_readv),
      BAR(__NR_process_vm_writev),
      BAR(nr_pidfd_open),
      BAR(nr_pidfd_getfd),

      // Signals go to the process itself. By this and not by Landlock, which would also keep the system from ending those
      // that are to end with this one.
      OF_OWN(__NR_kill),
      OF_OWN(__NR_tgkill),
      OF_OWN(__NR_rt_sigqueueinfo),
      OF_OWN(__NR_rt_tgsigqueueinfo),
      BAR(__NR_tkill),
      BAR(nr_pidfd_send_signal),

      // Sockets; those that are bound stay, and take connections.
      BAR(__NR_socket),
      BAR(__NR_socketpair),
      BAR(__NR_connect),
      BAR(__NR_bind),
      BAR(__NR_listen),
      // It could do all of these.
      BAR(nr_io_uring_setup),

      // What Landlock does not look at: whose a file is, who may read it, and files that are no data.
#ifdef __NR_chmod
      BAR(__NR_chmod),
      BAR(__NR_chown),
      BAR(__NR_lchown),
      BAR(__NR_mknod),
      BAR(__NR_symlink),
      BAR(__NR_utime),
      BAR(__NR_utimes),
      BAR(__NR_futimesat),
#endif
      BAR(__NR_fchmodat),
      BAR(nr_fchmodat2),
      BAR(__NR_fchown),
      BAR(__NR_fchownat),
      BAR(__NR_mknodat),
      BAR(__NR_symlinkat),
      BAR(__NR_utimensat),
      BAR(__NR_truncate),
      BAR(__NR_setxattr),
      BAR(__NR_lsetxattr),
      BAR(nr_setxattrat),
      BAR(__NR_removexattr),
      BAR(__NR_lremovexattr),
      BAR(nr_removexattrat),
      BAR(__NR_open_by_handle_at),

      // What only an administrator needs.
      BAR(__NR_mount),
      BAR(__NR_umount2),
      BAR(__NR_pivot_root),
      BAR(__NR_chroot),
      BAR(__NR_unshare),
      BAR(__NR_setns),
      BAR(nr_open_tree),
      BAR(nr_move_mount),
      BAR(nr_fsopen),
      BAR(nr_mount_setattr),
      BAR(__NR_bpf),
      BAR(__NR_perf_event_open),
      BAR(__NR_userfaultfd),
      BAR(__NR_add_key),
      BAR(__NR_request_key),
      BAR(__NR_keyctl),
      BAR(__NR_init_module),
      BAR(__NR_finit_module),
      BAR(__NR_delete_module),
      BAR(__NR_kexec_load),
      BAR(__NR_reboot),
      BAR(__NR_swapon),
      BAR(__NR_swapoff),
      BAR(__NR_acct),
      BAR(__NR_sethostname),
      BAR(__NR_setdomainname),
      BAR(__NR_settimeofday),
      BAR(__NR_clock_settime),
      BAR(__NR_adjtimex),

      // A thread may be started, a process not.
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, __NR_clone, 0, 4),
      LOAD(args[0]),
      BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, CLONE_THREAD, 0, 1),
      PASS,
      ANSWER(EPERM),

      // Nor may letters be put before the terminal's reader as if they had been typed: TIOCSTI and TIOCLINUX.
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, __NR_ioctl, 0, 4),
      LOAD(args[1]),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 0x5412, 1, 0),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 0x541C, 0, 1),
      ANSWER(EPERM),
      PASS,
  };
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return -1;
  struct sock_fprog program = {sizeof filter / sizeof *filter, filter};
  // All threads at once: the identifier of one that cannot follow is an answer, too.
  long result = syscall(__NR_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_TSYNC, &program);
  if (result > 0) errno = ESRCH;
  return result == 0 ? 0 : -1;
}

#else

int linux_restrict_calls(void) {
  errno = ENOSYS;
  return -1;
}

#endif
