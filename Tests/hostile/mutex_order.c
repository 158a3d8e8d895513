// Tells the thread sanitizer of the order that Swift's Mutex makes: where two threads meet, the kernel hands the lock over
// (FUTEX_LOCK_PI), which no instrumented instruction shows. Preloaded by `make tsan`.
//   https://github.com/swiftlang/swift/blob/main/stdlib/public/Synchronization/Mutex/LinuxImpl.swift
#define _GNU_SOURCE
#include <dlfcn.h>
#include <linux/futex.h>
#include <stdarg.h>
#include <sys/syscall.h>

extern void __tsan_acquire(void *) __attribute__((weak));
extern void __tsan_release(void *) __attribute__((weak));

long syscall(long number, ...) {
  static long (*next)(long, ...);
  if (!next) next = (long (*)(long, ...))dlsym(RTLD_NEXT, "syscall");
  va_list list;
  va_start(list, number);
  long a[6];
  for (int i = 0; i < 6; i++) a[i] = va_arg(list, long);
  va_end(list);
  int operation = (int)a[1] & FUTEX_CMD_MASK;
  int futex = number == SYS_futex && __tsan_acquire && __tsan_release;
  if (futex && operation == FUTEX_UNLOCK_PI) __tsan_release((void *)a[0]);
  long result = next(number, a[0], a[1], a[2], a[3], a[4], a[5]);
  if (futex && result == 0 && (operation == FUTEX_LOCK_PI || operation == FUTEX_TRYLOCK_PI)) __tsan_acquire((void *)a[0]);
  return result;
}
