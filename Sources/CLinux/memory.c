#include "CLinux.h"

#include <malloc.h>

enum {
  // Blocks from this size on are mapped by themselves: what is mapped anew costs a page fault for 4 kB.
  own_block = 32 << 20,
  // What may stay free at the end of the arena.
  kept = 64 << 20,
};

void linux_configure_memory(void) {
  mallopt(M_ARENA_MAX, 1);
  mallopt(M_MMAP_THRESHOLD, own_block);
  mallopt(M_TRIM_THRESHOLD, kept);
}

void linux_return_memory(void) { malloc_trim(0); }

__attribute__((noinline)) uintptr_t linux_stack_address(void) { return (uintptr_t)__builtin_frame_address(0); }
