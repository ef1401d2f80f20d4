#define _GNU_SOURCE
#include "CLinux.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#ifndef __NR_landlock_create_ruleset
#define __NR_landlock_create_ruleset 444
#define __NR_landlock_add_rule 445
#define __NR_landlock_restrict_self 446
#endif

struct ruleset {
  uint64_t files;
  uint64_t network;
  uint64_t scoped;
};

struct __attribute__((packed)) beneath {
  uint64_t allowed;
  int32_t parent;
};

enum {
  execute = 1 << 0,
  write_file = 1 << 1,
  read_file = 1 << 2,
  read_folder = 1 << 3,
  remove_folder = 1 << 4,
  remove_file = 1 << 5,
  make_characters = 1 << 6,
  make_folder = 1 << 7,
  make_file = 1 << 8,
  make_socket = 1 << 9,
  make_pipe = 1 << 10,
  make_blocks = 1 << 11,
  make_link = 1 << 12,
  refer = 1 << 13,
  truncate_file = 1 << 14,
  control_device = 1 << 15,
};

enum { bind_tcp = 1, connect_tcp = 2 };
enum { abstract_sockets = 1 };

int linux_landlock_version(void) {
  long version = syscall(__NR_landlock_create_ruleset, (void *)0, 0ul, 1u);
  return version > 0 ? (int)version : 0;
}

/// The rights over files that a version knows.
static uint64_t known(int version) {
  uint64_t all = (1 << 13) - 1;
  if (version >= 2) all |= refer;
  if (version >= 3) all |= truncate_file;
  if (version >= 5) all |= control_device;
  return all;
}

static int add_rule(int rules, const LinuxRule *rule, uint64_t handled) {
  int place = open(rule->path, O_PATH | O_CLOEXEC);
  if (place < 0) return errno == ENOENT || errno == ENOTDIR || errno == EACCES || errno == ELOOP ? 0 : -1;
  struct stat status;
  uint64_t allowed = 0;
  if (rule->access & LINUX_MAY_READ) allowed |= read_file | read_folder;
  if (rule->access & LINUX_MAY_WRITE)
    allowed |= read_file | read_folder | write_file | remove_file | make_file | truncate_file;
  if (rule->access & LINUX_MAY_LISTEN) allowed |= make_socket | remove_file;
  if (fstat(place, &status) == 0 && !S_ISDIR(status.st_mode)) allowed &= read_file | write_file | truncate_file;
  struct beneath beneath = {allowed & handled, place};
  int result = (int)syscall(__NR_landlock_add_rule, rules, 1, &beneath, 0u);
  int reason = errno;
  close(place);
  errno = reason;
  return result;
}

int linux_restrict_files(const LinuxRule *rules, int count, int keeps_network) {
  int version = linux_landlock_version();
  if (version == 0) {
    errno = ENOSYS;
    return -1;
  }
  struct ruleset all = {known(version), 0, 0};
  size_t size = sizeof all.files;
  if (version >= 4) {
    if (!keeps_network) all.network = bind_tcp | connect_tcp;
    size += sizeof all.network;
  }
  if (version >= 6) {
    all.scoped = abstract_sockets;
    size += sizeof all.scoped;
  }
  int ruleset = (int)syscall(__NR_landlock_create_ruleset, &all, size, 0u);
  if (ruleset < 0) return -1;
  int result = 0;
  for (int index = 0; index < count && result == 0; index++) result = add_rule(ruleset, &rules[index], all.files);
  if (result == 0) result = prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
  if (result == 0) result = (int)syscall(__NR_landlock_restrict_self, ruleset, 0u);
  int reason = errno;
  close(ruleset);
  errno = reason;
  return result;
}
