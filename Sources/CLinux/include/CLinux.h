// Calls of Linux that Swift cannot make: those for which the C library has no function, and those whose arguments vary.
// Numbers that newer headers name are written out, so that an old system builds what a new one understands.

#ifndef CLINUX_H
#define CLINUX_H

#include <stdint.h>
#include <sys/types.h>

/// Opens a path no part of which is a link, as seen from a folder or from AT_FDCWD. A descriptor, or -1 and errno, which
/// is ELOOP where there is a link. On a system that cannot promise it, only the last part is looked at.
int linux_open_without_links(int folder, const char *path, int flags, mode_t mode);

/// A descriptor that stands for a folder, to open and to name files in it; no part of the path may be a link.
int linux_open_folder(const char *path);

/// Whether a path leads through one of those links of /proc that follow no name, as /dev/stdout does.
int linux_has_magic_link(const char *path);

/// Opens an empty file in a folder that has no name there, for writing; -1 and errno where the file system has none.
int linux_open_nameless(int folder);

/// Gives a nameless file a name that is not taken yet; 0, or -1 and errno.
int linux_give_name(int descriptor, int folder, const char *name);

/// Whether a file bears a mark that `linux_set_mark` left, an extended attribute of this name.
int linux_has_mark(int descriptor, const char *name);
int linux_set_mark(int descriptor, const char *name);

/// One arena for all threads, large blocks by themselves, and what is free at the end of the arena back to the system.
void linux_configure_memory(void);

/// Gives all that is free back to the system.
void linux_return_memory(void);

/// Where the stack of the calling thread is. The address of a variable does not tell: a sanitizer keeps those elsewhere.
uintptr_t linux_stack_address(void);

/// Makes a copy of this process, which must have no other thread; as `fork`, which Swift does not offer.
pid_t linux_fork(void);

/// Ends this process when the thread that started it ends; 0 where the parent is another one than this by now.
int linux_end_with_parent(pid_t parent);

/// What may be done with a folder and all below it, or with one file.
typedef enum {
  LINUX_MAY_READ = 1,
  /// Regular files may be made, replaced and removed, too.
  LINUX_MAY_WRITE = 2,
  /// Sockets may be made and removed.
  LINUX_MAY_LISTEN = 4,
} LinuxAccess;

typedef struct {
  const char *path;
  /// A sum of `LinuxAccess`.
  int access;
} LinuxRule;

/// The version of Landlock that the system enforces; 0 where there is none.
int linux_landlock_version(void);

/// Bars this thread, and those that it starts, from all files but those of the rules; what does not exist is left out.
/// TCP is barred too, unless `keeps_network`. 0, or -1 and errno: then nothing has changed.
int linux_restrict_files(const LinuxRule *rules, int count, int keeps_network);

/// Bars all threads of the process from starting programs and processes, from opening sockets, and from what only an
/// administrator needs. 0, or -1 and errno: then nothing has changed.
int linux_restrict_calls(void);

#endif
