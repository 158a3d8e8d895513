// Why C: z_stream is set up by macros. Why at all: libarchive 3.6.2 does not check the checksums of gzip.
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "codecs.h"

struct vm_inflate {
  z_stream z;
  int gzip;
  int between_members;
};

vm_inflate *vm_inflate_open(int gzip) {
  vm_inflate *stream = calloc(1, sizeof *stream);
  if (!stream) return NULL;
  stream->gzip = gzip;
  if (inflateInit2(&stream->z, gzip ? 15 + 16 : -15) == Z_OK) return stream;
  free(stream);
  return NULL;
}

void vm_inflate_close(vm_inflate *stream) {
  if (!stream) return;
  inflateEnd(&stream->z);
  free(stream);
}

static int code_of(int result, const z_stream *z) {
  if (result == Z_MEM_ERROR) return VM_LIMIT;
  if (result == Z_DATA_ERROR && z->msg && strstr(z->msg, "check")) return VM_CHECKSUM;
  return VM_MALFORMED;
}

int vm_inflate_step(
    vm_inflate *stream, const uint8_t *in, size_t in_size, size_t *consumed, uint8_t *out, size_t out_size,
    size_t *produced, int *done) {
  z_stream *z = &stream->z;
  if (stream->between_members && in_size > 0) {
    // gzip's own programs ignore what follows a member and does not look like another one.
    if (in[0] != 0x1F) {
      *consumed = in_size;
      *produced = 0;
      *done = 1;
      return VM_OK;
    }
    inflateReset(z);
    stream->between_members = 0;
  }
  z->next_in = (Bytef *)in;
  z->avail_in = in_size > UINT32_MAX ? UINT32_MAX : (uInt)in_size;
  z->next_out = out;
  z->avail_out = out_size > UINT32_MAX ? UINT32_MAX : (uInt)out_size;
  int result = inflate(z, Z_NO_FLUSH);
  *consumed = (size_t)(z->next_in - in);
  *produced = (size_t)(z->next_out - out);
  *done = 0;
  if (result == Z_STREAM_END) {
    stream->between_members = stream->gzip;
    *done = 1;
    return VM_OK;
  }
  if (result == Z_OK || result == Z_BUF_ERROR) return VM_OK;
  return code_of(result, z);
}

uint32_t vm_crc32(uint32_t crc, const uint8_t *data, size_t size) {
  return (uint32_t)crc32_z(crc, data, size);
}
