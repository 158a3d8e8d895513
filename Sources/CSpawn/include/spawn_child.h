#ifndef VECMILL_SPAWN_CHILD_H
#define VECMILL_SPAWN_CHILD_H

#include <sys/types.h>

// In C because the calls that keep descriptors from leaking into a child, pipe2 and posix_spawn_file_actions_addclosefrom_np, are
// hidden from Swift behind _GNU_SOURCE.

/// Makes a pipe that no child inherits, both ends beyond the standard streams: ends[0] reads, ends[1] writes. 0, or an errno.
int vm_pipe(int ends[2]);

/// Starts a program in a process group of its own, with the signals' defaults and no descriptor but these three on its
/// standard streams. 0, or an errno.
int vm_spawn(pid_t *pid, const char *path, char *const argv[], char *const envp[], int input, int output, int errors);

#endif
