#define _GNU_SOURCE
#include "file_system.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <unistd.h>

int vm_rename_to_new(const char *from, const char *to) {
  return renameat2(AT_FDCWD, from, AT_FDCWD, to, RENAME_NOREPLACE);
}

int vm_rename_exchange(const char *from, const char *to) {
  return renameat2(AT_FDCWD, from, AT_FDCWD, to, RENAME_EXCHANGE);
}

/// Goes on where the kernel's own copying gave up. 0, or -1 and errno.
static int copy_by_hand(int from, int to) {
  static const size_t size = 1 << 16;
  char buffer[1 << 16];
  while (1) {
    ssize_t got = read(from, buffer, size);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return (int)got;
    for (ssize_t done = 0; done < got;) {
      ssize_t wrote = write(to, buffer + done, (size_t)(got - done));
      if (wrote < 0 && errno == EINTR) continue;
      if (wrote < 0) return -1;
      done += wrote;
    }
  }
}

int vm_copy_file(int from, int to) {
  if (ioctl(to, FICLONE, from) == 0) return 0;
  while (1) {
    ssize_t done = copy_file_range(from, NULL, to, NULL, 1 << 30, 0);
    if (done > 0 || (done < 0 && errno == EINTR)) continue;
    // Some file systems answer 0 to what they cannot do; reading finds the true end.
    if (done == 0 || errno == EXDEV || errno == EINVAL || errno == ENOSYS || errno == EOPNOTSUPP || errno == EPERM ||
        errno == EBADF)
      return copy_by_hand(from, to);
    return -1;
  }
}
