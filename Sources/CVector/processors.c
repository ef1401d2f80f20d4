#define _GNU_SOURCE
#include "CVector.h"

#include <sched.h>
#include <unistd.h>

int vector_processors(void) {
  cpu_set_t allowed;
  if (sched_getaffinity(0, sizeof allowed, &allowed) == 0) return CPU_COUNT(&allowed);
  return (int)sysconf(_SC_NPROCESSORS_ONLN);
}
