#define _GNU_SOURCE
#include "CLinux.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/xattr.h>
#include <unistd.h>

#ifndef __NR_openat2
#define __NR_openat2 437
#endif

struct how {
  uint64_t flags;
  uint64_t mode;
  uint64_t resolve;
};
enum { no_magic_links = 0x02, no_links = 0x04 };

int linux_open_without_links(int folder, const char *path, int flags, mode_t mode) {
  struct how how = {(uint64_t)flags, flags & (O_CREAT | __O_TMPFILE) ? mode : 0, no_links | no_magic_links};
  int descriptor = (int)syscall(__NR_openat2, folder, path, &how, sizeof how);
  // A container of an older time answers EPERM to what it does not know.
  if (descriptor >= 0 || (errno != ENOSYS && errno != EPERM)) return descriptor;
  return openat(folder, path, flags | O_NOFOLLOW, mode);
}

int linux_open_folder(const char *path) {
  return linux_open_without_links(AT_FDCWD, path, O_PATH | O_DIRECTORY | O_CLOEXEC, 0);
}

int linux_has_magic_link(const char *path) {
  struct how how = {O_PATH | O_CLOEXEC, 0, no_magic_links};
  int descriptor = (int)syscall(__NR_openat2, AT_FDCWD, path, &how, sizeof how);
  if (descriptor < 0) return errno == ELOOP;
  close(descriptor);
  return 0;
}

static void name_of_descriptor(int descriptor, char *name, size_t size) {
  snprintf(name, size, "/proc/self/fd/%d", descriptor);
}

int linux_open_nameless(int folder) {
  int descriptor = openat(folder, ".", O_TMPFILE | O_WRONLY | O_CLOEXEC, 0600);
  if (descriptor < 0) return -1;
  // Without /proc it could not be given a name.
  char name[64];
  name_of_descriptor(descriptor, name, sizeof name);
  if (access(name, F_OK) == 0) return descriptor;
  close(descriptor);
  errno = EOPNOTSUPP;
  return -1;
}

int linux_give_name(int descriptor, int folder, const char *name) {
  char own[64];
  name_of_descriptor(descriptor, own, sizeof own);
  return linkat(AT_FDCWD, own, folder, name, AT_SYMLINK_FOLLOW);
}

int linux_has_mark(int descriptor, const char *name) { return fgetxattr(descriptor, name, 0, 0) >= 0; }

int linux_set_mark(int descriptor, const char *name) { return fsetxattr(descriptor, name, "1", 1, 0); }

int linux_end_with_parent(pid_t parent) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  // It may have ended before that.
  return getppid() == parent;
}

pid_t linux_fork(void) { return fork(); }
