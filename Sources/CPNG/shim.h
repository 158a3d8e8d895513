// libpng's public header; nothing is added.
#include <png.h>
