#ifndef VECMILL_DEADLINE_H
#define VECMILL_DEADLINE_H

#include <time.h>

/// Processor time of this thread in seconds.
static inline double vm_thread_seconds(void) {
  struct timespec now;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

#endif
