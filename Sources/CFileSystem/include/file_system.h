#ifndef VECMILL_FILE_SYSTEM_H
#define VECMILL_FILE_SYSTEM_H

// renameat2 and copy_file_range are GNU extensions, which Swift's Glibc module does not show.

/// Renames `from` to `to` if nothing has that name. 0, or -1 and errno (EEXIST if something has).
int vm_rename_to_new(const char *from, const char *to);

/// Exchanges two names in one step. 0, or -1 and errno (ENOENT if one does not exist).
int vm_rename_exchange(const char *from, const char *to);

/// Makes an empty open file the copy of another: by sharing its blocks if the file system can, inside the kernel if that can, by
/// reading and writing otherwise. 0, or -1 and errno.
int vm_copy_file(int from, int to);

#endif
