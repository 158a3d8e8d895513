// Why C: as in jpeg_decode.c, libjpeg's errors need setjmp.
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>

#include <jpeglib.h>

#include "codecs.h"

typedef struct {
  struct jpeg_error_mgr base;
  jmp_buf escape;
} errors;

typedef struct {
  struct jpeg_compress_struct jpeg;
  errors errors;
  unsigned char *out;
  unsigned long size;
} encoder;

static void on_error(j_common_ptr info) { longjmp(((errors *)info->err)->escape, 1); }
static void no_output(j_common_ptr info) { (void)info; }

int vm_jpeg_encode(const uint8_t *pixels, int width, int height, int quality, uint8_t **out, size_t *size) {
  encoder *e = calloc(1, sizeof *e);
  if (!e) return 0;
  e->jpeg.err = jpeg_std_error(&e->errors.base);
  e->errors.base.error_exit = on_error;
  e->errors.base.output_message = no_output;
  int good = 0;
  if (!setjmp(e->errors.escape)) {
    jpeg_create_compress(&e->jpeg);
    jpeg_mem_dest(&e->jpeg, &e->out, &e->size);
    e->jpeg.image_width = (JDIMENSION)width;
    e->jpeg.image_height = (JDIMENSION)height;
    e->jpeg.input_components = 3;
    e->jpeg.in_color_space = JCS_RGB;
    jpeg_set_defaults(&e->jpeg);
    jpeg_set_quality(&e->jpeg, quality, TRUE);
    e->jpeg.optimize_coding = TRUE;
    jpeg_start_compress(&e->jpeg, TRUE);
    while (e->jpeg.next_scanline < e->jpeg.image_height) {
      JSAMPROW row = (JSAMPROW)(pixels + (size_t)e->jpeg.next_scanline * (size_t)width * 3);
      jpeg_write_scanlines(&e->jpeg, &row, 1);
    }
    jpeg_finish_compress(&e->jpeg);
    good = 1;
  }
  jpeg_destroy_compress(&e->jpeg);
  if (good) {
    *out = e->out;
    *size = e->size;
  } else {
    free(e->out);
  }
  free(e);
  return good;
}
