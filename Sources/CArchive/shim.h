// libarchive's public headers; nothing is added.
#include <archive.h>
#include <archive_entry.h>
