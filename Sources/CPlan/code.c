// Machine code in memory of its own. It is written first and made executable then: never both at once.

#define _GNU_SOURCE
#include "CPlan.h"

#include <string.h>
#include <sys/mman.h>

const void *plan_make_code(const uint8_t *bytes, size_t count) {
#ifdef __x86_64__
  void *code = mmap(0, count, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (code == MAP_FAILED) return 0;
  memcpy(code, bytes, count);
  if (mprotect(code, count, PROT_READ | PROT_EXEC) == 0) return code;
  munmap(code, count);
#else
  (void)bytes, (void)count;
#endif
  return 0;
}

void plan_free_code(const void *code, size_t count) { munmap((void *)code, count); }

size_t plan_run_code(
    const void *code, double *registers, const PlanMemory *memory, const double *items, size_t turns) {
  typedef size_t (*Code)(double *, const PlanMemory *, const double *, size_t);
  return ((Code)code)(registers, memory, items, turns);
}
