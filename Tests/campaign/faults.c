// Faults for LD_PRELOAD: numbers the calls by which a program changes (or reads) files below one folder, and at a chosen
// one kills, fails or shortens. It can also set the program's clocks off.
//
//   VF_UNDER=folder    only paths below this folder count; the default is all
//   VF_OPS=list        which calls count: open reopen read write fsync close rename link mkdir unlink; "changes" (the default) is
//                      all of these but read. An open that makes no file, for writing, is a reopen
//   VF_AT=k            act at the k-th counted call, from 1;  VF_STICKY=1: at all later ones too
//   VF_ACT=kill        SIGKILL to the process before the call; "tear": a write is half done, then the same
//   VF_ACT=short       a write does half of its work and says so
//   VF_ACT=<errno>     the call fails with this number; close closes and then fails
//   VF_LOG=file        a line "k op result path" for each counted call that returned, or died; for a sync one more, with "begin",
//                      before it
//   VF_HOLD=file       a call on a path with "sources.json" in it, which only the holder of a workspace touches, waits until
//                      this file is there, 10 s at most
//   VF_CLOCK=+s|-s|jump  wall clock so many seconds off, or jumping back and forth by days from call to call
//
// Calls that libc makes inside itself are not seen (fwrite), nor is io_uring; this program uses neither.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

enum act { NONE, KILL, TEAR, SHORT, FAIL };
static struct {
  const char *under, *ops, *clock, *hold;
  size_t under_length;
  long at;
  int sticky, log, code;
  enum act act;
} plan = {.log = -1};
static atomic_long calls, looks;
static _Thread_local long number;  // of the call under way in this thread

__attribute__((constructor)) static void read_plan(void) {
  const char *text;
  plan.under = getenv("VF_UNDER") ?: "";
  plan.under_length = strlen(plan.under);
  plan.ops = getenv("VF_OPS") ?: "changes";
  plan.clock = getenv("VF_CLOCK");
  plan.hold = getenv("VF_HOLD");
  if ((text = getenv("VF_AT"))) plan.at = atol(text);
  plan.sticky = getenv("VF_STICKY") != 0;
  if ((text = getenv("VF_ACT"))) {
    plan.act = !strcmp(text, "kill") ? KILL : !strcmp(text, "tear") ? TEAR : !strcmp(text, "short") ? SHORT : FAIL;
    plan.code = atoi(text);
  }
  if ((text = getenv("VF_LOG"))) plan.log = syscall(SYS_openat, AT_FDCWD, text, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
}

static int counts(const char *op) {
  if (!strcmp(plan.ops, "changes")) return strcmp(op, "read");
  const char *found = strstr(plan.ops, op);
  size_t n = strlen(op);
  return found && (found == plan.ops || found[-1] == ',') && (found[n] == 0 || found[n] == ',');
}

static void note(const char *op, const char *path, long result) {
  if (plan.log < 0) return;
  char line[4200];
  int n = snprintf(line, sizeof line, "%ld %s %ld %s\n", number, op, result, path);
  syscall(SYS_write, plan.log, line, n < (int)sizeof line ? n : (int)sizeof line - 1);
}

static void die(const char *op, const char *path) {
  note(op, path, -9);
  syscall(SYS_kill, syscall(SYS_getpid), SIGKILL);
  for (;;) pause();
}

// What to do at this call; 0 also where it does not count, and then `number` is 0.
static enum act meet(const char *op, const char *path) {
  number = 0;
  if (strncmp(path, plan.under, plan.under_length) || !counts(op)) return NONE;
  if (plan.hold && strstr(path, "sources.json"))
    for (int naps = 0; naps < 5000 && access(plan.hold, F_OK); naps++) usleep(2000);
  number = atomic_fetch_add(&calls, 1) + 1;
  if (!plan.at || !(number == plan.at || (plan.sticky && number > plan.at))) return NONE;
  if (plan.act == KILL || (plan.act == TEAR && strcmp(op, "write"))) die(op, path);
  return plan.act;
}

// The path as the kernel knows it, so that relative ones can be compared.
static const char *place(int folder, const char *path, char *buffer) {
  if (!path) return "";
  if (path[0] == '/') return path;
  char link[40];
  if (folder == AT_FDCWD) strcpy(link, "/proc/self/cwd"); else snprintf(link, sizeof link, "/proc/self/fd/%d", folder);
  ssize_t n = syscall(SYS_readlinkat, AT_FDCWD, link, buffer, 2048);
  snprintf(buffer + (n > 0 ? n : 0), 2048, "/%s", path);
  return buffer;
}

static const char *place_of(int fd, char *buffer) {
  char link[40];
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  ssize_t n = syscall(SYS_readlinkat, AT_FDCWD, link, buffer, 4095);
  buffer[n > 0 ? n : 0] = 0;
  return buffer[0] == '/' ? buffer : "";
}

#define REAL(type, name, ...) \
  static type (*real)(__VA_ARGS__); \
  if (!real) real = (type(*)(__VA_ARGS__))dlsym(RTLD_NEXT, #name)

// The whole of a call that either works or fails: count, fail, or go on and note the result.
#define CALL(op, where, type, call) \
  char buffer[4200]; \
  const char *kind = op; \
  const char *path = where; \
  int keep = errno; \
  enum act act = meet(kind, path); \
  long mine = number; \
  if (act == FAIL) { note(kind, path, -plan.code); errno = plan.code; return -1; } \
  if (mine && !strcmp(kind, "fsync")) note("begin", path, 0); \
  errno = keep; \
  type result = call; \
  keep = errno; \
  number = mine; \
  if (mine) note(kind, path, result); \
  errno = keep; \
  return result

#define MODE mode_t mode = 0; if (flags & (O_CREAT | __O_TMPFILE)) { va_list rest; va_start(rest, flags); mode = va_arg(rest, mode_t); va_end(rest); }
// Only an open that makes a file can lack the room for it.
static const char *opening(int folder, const char *file, int flags) {
  if ((flags & O_ACCMODE) == O_RDONLY) return "read";
  return (flags & O_TRUNC) || ((flags & O_CREAT) && syscall(SYS_faccessat, folder, file, F_OK)) ? "open" : "reopen";
}
#define OPEN(name) \
  int name(const char *file, int flags, ...) { \
    MODE REAL(int, name, const char *, int, ...); \
    CALL(opening(AT_FDCWD, file, flags), place(AT_FDCWD, file, buffer), int, real(file, flags, mode)); \
  }
OPEN(open)
OPEN(open64)
#define OPENAT(name) \
  int name(int folder, const char *file, int flags, ...) { \
    MODE REAL(int, name, int, const char *, int, ...); \
    CALL(opening(folder, file, flags), place(folder, file, buffer), int, real(folder, file, flags, mode)); \
  }
OPENAT(openat)
OPENAT(openat64)

int close(int fd) {
  REAL(int, close, int);
  char buffer[4200];
  int keep = errno, flags = fcntl(fd, F_GETFL);
  const char *path = flags >= 0 && (flags & O_ACCMODE) != O_RDONLY ? place_of(fd, buffer) : "";
  enum act act = *path ? meet("close", path) : NONE;
  long mine = *path ? number : 0;
  errno = keep;
  int result = real(fd);
  if (act == FAIL) { errno = plan.code; result = -1; }
  keep = errno;
  number = mine;
  if (mine) note("close", path, result);
  errno = keep;
  return result;
}

// Writes, which can also be short or torn.
#define WRITE(name, parameters, whole, half, ...) \
  ssize_t name parameters { \
    REAL(ssize_t, name, __VA_ARGS__); \
    char buffer[4200]; \
    int keep = errno; \
    const char *path = place_of(fd, buffer); \
    enum act act = *path ? meet("write", path) : NONE; \
    long mine = *path ? number : 0; \
    if (act == FAIL) { note("write", path, -plan.code); errno = plan.code; return -1; } \
    errno = keep; \
    ssize_t result = (act == SHORT || act == TEAR) && size > 1 ? half : whole; \
    keep = errno; \
    number = mine; \
    if (act == TEAR) die("write", path); \
    if (mine) note("write", path, result); \
    errno = keep; \
    return result; \
  }
WRITE(write, (int fd, const void *bytes, size_t size), real(fd, bytes, size), real(fd, bytes, size / 2), int, const void *, size_t)
WRITE(pwrite, (int fd, const void *bytes, size_t size, off_t at), real(fd, bytes, size, at), real(fd, bytes, size / 2, at),
      int, const void *, size_t, off_t)
WRITE(pwrite64, (int fd, const void *bytes, size_t size, off64_t at), real(fd, bytes, size, at), real(fd, bytes, size / 2, at),
      int, const void *, size_t, off64_t)

ssize_t read(int fd, void *bytes, size_t size) {
  REAL(ssize_t, read, int, void *, size_t);
  if (!strstr(plan.ops, "read")) return real(fd, bytes, size);
  CALL("read", place_of(fd, buffer), ssize_t, real(fd, bytes, size));
}

int fsync(int fd) { REAL(int, fsync, int); CALL("fsync", place_of(fd, buffer), int, real(fd)); }
int fdatasync(int fd) { REAL(int, fdatasync, int); CALL("fsync", place_of(fd, buffer), int, real(fd)); }
int ftruncate(int fd, off_t size) { REAL(int, ftruncate, int, off_t); CALL("write", place_of(fd, buffer), int, real(fd, size)); }
int ftruncate64(int fd, off64_t size) { REAL(int, ftruncate64, int, off64_t); CALL("write", place_of(fd, buffer), int, real(fd, size)); }
int rename(const char *from, const char *to) {
  REAL(int, rename, const char *, const char *);
  CALL("rename", place(AT_FDCWD, to, buffer), int, real(from, to));
}
int renameat2(int a, const char *from, int b, const char *to, unsigned flags) {
  REAL(int, renameat2, int, const char *, int, const char *, unsigned);
  CALL("rename", place(b, to, buffer), int, real(a, from, b, to, flags));
}
int link(const char *from, const char *to) {
  REAL(int, link, const char *, const char *);
  CALL("link", place(AT_FDCWD, to, buffer), int, real(from, to));
}
int mkdir(const char *file, mode_t mode) { REAL(int, mkdir, const char *, mode_t); CALL("mkdir", place(AT_FDCWD, file, buffer), int, real(file, mode)); }
int unlink(const char *file) { REAL(int, unlink, const char *); CALL("unlink", place(AT_FDCWD, file, buffer), int, real(file)); }
int rmdir(const char *file) { REAL(int, rmdir, const char *); CALL("unlink", place(AT_FDCWD, file, buffer), int, real(file)); }

// ---- clocks: the wall clock only; no program can rely on it, while a monotonic one is the kernel's promise

static long off(void) {
  if (!plan.clock) return 0;
  if (strcmp(plan.clock, "jump")) return atol(plan.clock);
  long look = atomic_fetch_add(&looks, 1);
  return (look % 2 ? -1 : 1) * (look * 7919 % 400) * 86400;
}

int clock_gettime(clockid_t clock, struct timespec *time) {
  int status = syscall(SYS_clock_gettime, clock, time);
  if (status == 0 && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE)) time->tv_sec += off();
  return status;
}
int gettimeofday(struct timeval *restrict time, void *restrict zone) {
  struct timespec now;
  (void)zone;
  clock_gettime(CLOCK_REALTIME, &now);
  *time = (struct timeval){now.tv_sec, now.tv_nsec / 1000};
  return 0;
}
time_t time(time_t *result) {
  struct timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  if (result) *result = now.tv_sec;
  return now.tv_sec;
}
