#ifndef VECMILL_CODECS_H
#define VECMILL_CODECS_H

#include <stddef.h>
#include <stdint.h>

/// How a decode or inflate ended.
enum {
  VM_OK = 0,
  VM_TRUNCATED = 1,    ///< the data ends too early
  VM_MALFORMED = 2,    ///< the data contradicts its format
  VM_CHECKSUM = 3,     ///< a checksum inside the data is wrong
  VM_UNSUPPORTED = 4,  ///< valid, but of a kind that is not read
  VM_LIMIT = 5,        ///< more scans or memory than allowed
  VM_SIZE = 6,         ///< another number of bytes than the caller was told
  VM_TIME = 7,         ///< more processor time than allowed
};

enum { VM_MESSAGE_SIZE = 256 };

/// Who decodes a JPEG. Pixels and verdicts are the same; all but the first are for tests of that.
enum {
  VM_JPEG_FASTEST = 0,
  VM_JPEG_LIBRARY = 1,  ///< libjpeg
  VM_JPEG_OWN = 2,      ///< the decoder of usual files wherever it can, even where it is not faster
};

/// One whole decode: input, wishes, where the pixels go, and why it failed.
typedef struct {
  const uint8_t *data;
  size_t size;
  int orientation;    ///< EXIF's 1 to 8; applied to the output
  int scale;          ///< JPEG only: sides are divided by 1, 2, 4 or 8, rounded up
  int max_scans;      ///< JPEG only
  size_t max_memory;  ///< bytes the decoder may hold beside the output
  double max_seconds;  ///< processor time of this thread
  int jpeg_path;      ///< JPEG only, one of VM_JPEG_…
  int by_library;     ///< JPEG only, set by the decode: 1 if libjpeg made the pixels or the verdict
  int alpha;          ///< PNG only: 0 lays transparency over white and writes RGB, 1 writes RGBA
  uint8_t *out;       ///< width * height * (3 or 4) bytes, of the sides before orientation
  size_t out_size;
  char message[VM_MESSAGE_SIZE];
} vm_decode;

/// Decodes a JPEG: baseline or progressive, grey, RGB, YCbCr, CMYK or YCCK, 8 bits a sample. What libjpeg says counts;
/// usual files that are reduced go a faster way to the same pixels (jpeg_baseline.h).
int vm_jpeg_decode(vm_decode *decode);

/// Decodes a PNG of any colour type, bit depth and interlacing. Ancillary chunks are skipped, never inflated.
int vm_png_decode(vm_decode *decode);

/// Encodes RGB as a baseline JPEG; the caller frees *out with free(). 0 when out of memory.
int vm_jpeg_encode(const uint8_t *pixels, int width, int height, int quality, uint8_t **out, size_t *size);

/// A zlib stream that is being inflated: gzip with all its members and checksums, or raw deflate.
typedef struct vm_inflate vm_inflate;
vm_inflate *vm_inflate_open(int gzip);
void vm_inflate_close(vm_inflate *stream);

/// Inflates as far as input and output allow; consumed and produced say how far. *done: the stream has ended.
int vm_inflate_step(
    vm_inflate *stream, const uint8_t *in, size_t in_size, size_t *consumed, uint8_t *out, size_t out_size,
    size_t *produced, int *done);

/// CRC-32 as in zip and gzip; start with 0.
uint32_t vm_crc32(uint32_t crc, const uint8_t *data, size_t size);

#endif
