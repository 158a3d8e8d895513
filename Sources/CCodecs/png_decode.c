// Why C: libpng reports errors by a function that must not return, so each decode needs setjmp, which Swift has not.
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <png.h>

#include "codecs.h"
#include "deadline.h"
#include "orient.h"

typedef struct {
  vm_decode *decode;
  size_t position;
  int truncated;
  double deadline;
  int late;
  char *message;
  png_structp png;
  png_infop info;
  uint8_t *rows;    // RGBA rows: one, or all of an interlaced picture
  uint8_t *picture;  // the output before orientation
  int channels;
} decoder;

static void on_error(png_structp png, png_const_charp text) {
  decoder *d = png_get_error_ptr(png);
  snprintf(d->message, VM_MESSAGE_SIZE, "%s", text);
  png_longjmp(png, 1);
}

static void on_warning(png_structp png, png_const_charp text) {
  (void)png;
  (void)text;
}

static void read_data(png_structp png, png_bytep out, size_t count) {
  decoder *d = png_get_io_ptr(png);
  if (count > d->decode->size - d->position) {
    d->truncated = 1;
    png_error(png, "the data ends too early");
  }
  memcpy(out, d->decode->data + d->position, count);
  d->position += count;
}

/// Chunks that say nothing about the pixels are passed over: some inflate to gigabytes.
static void skip_ancillary(png_structp png) {
  static const png_byte names[] =
      "bKGD\0cHRM\0eXIf\0gAMA\0hIST\0iCCP\0iTXt\0oFFs\0pCAL\0pHYs\0sBIT\0sCAL\0sPLT\0sRGB\0sTER\0tEXt\0tIME\0zTXt";
  png_set_keep_unknown_chunks(png, PNG_HANDLE_CHUNK_NEVER, NULL, 0);
  png_set_keep_unknown_chunks(png, PNG_HANDLE_CHUNK_NEVER, names, (int)(sizeof names / 5));
}

static void limit(png_structp png, size_t memory) {
  png_set_user_limits(png, PNG_UINT_31_MAX, PNG_UINT_31_MAX);
  png_set_chunk_malloc_max(png, memory);
  png_set_chunk_cache_max(png, 16);
  png_set_crc_action(png, PNG_CRC_DEFAULT, PNG_CRC_WARN_DISCARD);
  png_set_benign_errors(png, 1);
}

/// Asks libpng for 8-bit RGB or RGBA whatever the file holds.
static int spread(png_structp png, png_infop info) {
  png_byte colour = png_get_color_type(png, info);
  int transparent = (colour & PNG_COLOR_MASK_ALPHA) || png_get_valid(png, info, PNG_INFO_tRNS);
  png_set_expand(png);
  png_set_strip_16(png);
  if (!(colour & PNG_COLOR_MASK_COLOR)) png_set_gray_to_rgb(png);
  return transparent;
}

static void over_white(const uint8_t *rgba, size_t count, uint8_t *out) {
  for (size_t i = 0; i < count; i++, rgba += 4, out += 3) {
    unsigned alpha = rgba[3], white = 255 * (255 - alpha);
    for (int c = 0; c < 3; c++) out[c] = (uint8_t)((rgba[c] * alpha + white + 127) / 255);
  }
}

static void check_time(decoder *d) {
  if (vm_thread_seconds() <= d->deadline) return;
  d->late = 1;
  png_error(d->png, "decoding it takes too long");
}

static void read_rows(decoder *d, size_t width, size_t height, int transparent) {
  int passes = png_set_interlace_handling(d->png);
  int compose = transparent && d->channels == 3;
  size_t stride = width * (size_t)(compose ? 4 : d->channels);
  if (compose) {
    size_t size = passes > 1 ? stride * height : stride;
    d->rows = size <= d->decode->max_memory ? malloc(size) : NULL;
    if (!d->rows) png_error(d->png, "it needs too much memory");
  }
  for (int pass = 0; pass < passes; pass++)
    for (size_t y = 0; y < height; y++) {
      if (y % 64 == 0) check_time(d);
      if (!compose) {
        png_read_row(d->png, d->picture + y * stride, NULL);
        continue;
      }
      uint8_t *row = d->rows + (passes > 1 ? y * stride : 0);
      png_read_row(d->png, row, NULL);
      if (pass == passes - 1) over_white(row, width, d->picture + y * width * 3);
    }
  png_read_end(d->png, NULL);
}

static void turn(decoder *d, size_t width, size_t height) {
  vm_steps steps = vm_steps_of(d->decode->orientation, (ptrdiff_t)width, (ptrdiff_t)height);
  const uint8_t *from = d->picture;
  for (size_t y = 0; y < height; y++)
    for (size_t x = 0; x < width; x++, from += d->channels) {
      ptrdiff_t to = steps.start + (ptrdiff_t)x * steps.dx + (ptrdiff_t)y * steps.dy;
      memcpy(d->decode->out + to * d->channels, from, (size_t)d->channels);
    }
}

static int decode_all(decoder *d) {
  vm_decode *decode = d->decode;
  png_set_read_fn(d->png, d, read_data);
  skip_ancillary(d->png);
  limit(d->png, decode->max_memory);
  png_read_info(d->png, d->info);
  size_t width = png_get_image_width(d->png, d->info), height = png_get_image_height(d->png, d->info);
  d->channels = decode->alpha ? 4 : 3;
  if (width * height * (size_t)d->channels != decode->out_size) {
    snprintf(d->message, VM_MESSAGE_SIZE, "the header changes inside the file");
    return VM_SIZE;
  }
  int transparent = spread(d->png, d->info);
  if (decode->alpha && !transparent) png_set_add_alpha(d->png, 255, PNG_FILLER_AFTER);
  d->picture = decode->out;
  if (decode->orientation > 1) d->picture = decode->out_size <= decode->max_memory ? malloc(decode->out_size) : NULL;
  if (!d->picture) png_error(d->png, "it needs too much memory");
  read_rows(d, width, height, transparent);
  if (d->picture != decode->out) turn(d, width, height);
  return VM_OK;
}

static int failed(const decoder *d) {
  if (d->late) {
    snprintf(d->message, VM_MESSAGE_SIZE, "decoding it takes more than %g seconds", d->decode->max_seconds);
    return VM_TIME;
  }
  if (d->truncated || strstr(d->message, "Not enough image data")) return VM_TRUNCATED;
  if (strstr(d->message, "CRC")) return VM_CHECKSUM;
  if (strstr(d->message, "incorrect data check")) return VM_CHECKSUM;
  if (strstr(d->message, "memory")) return VM_LIMIT;
  return VM_MALFORMED;
}

int vm_png_decode(vm_decode *decode) {
  decoder *d = calloc(1, sizeof *d);
  if (!d) return VM_LIMIT;
  d->decode = decode;
  d->message = decode->message;
  d->deadline = vm_thread_seconds() + decode->max_seconds;
  d->png = png_create_read_struct(PNG_LIBPNG_VER_STRING, d, on_error, on_warning);
  if (d->png) d->info = png_create_info_struct(d->png);
  int result = VM_LIMIT;
  if (d->info) result = setjmp(png_jmpbuf(d->png)) ? failed(d) : decode_all(d);
  if (d->png) png_destroy_read_struct(&d->png, &d->info, NULL);
  if (d->picture != decode->out) free(d->picture);
  free(d->rows);
  free(d);
  return result;
}
