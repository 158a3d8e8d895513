// Why C: libjpeg reports errors by a function that must not return, so each decode needs setjmp, which Swift has not.
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jpeglib.h>
#include <jerror.h>

#include "codecs.h"
#include "deadline.h"
#include "jpeg_baseline.h"
#include "orient.h"

typedef struct {
  struct jpeg_error_mgr base;
  jmp_buf escape;
  int missing;  // data ended inside a scan
  int damaged;  // codes that no encoder writes
  char warning[VM_MESSAGE_SIZE];
} errors;

typedef struct {
  struct jpeg_source_mgr base;
  int ended;  // the end of the data was reached and an end marker made up
} source;

typedef struct {
  struct jpeg_progress_mgr base;
  int max_scans;
  int exceeded;
  unsigned calls;
  double deadline;
  int late;
} progress;

typedef struct {
  struct jpeg_decompress_struct jpeg;
  errors errors;
  source source;
  progress progress;
  uint8_t *row;
} decoder;

static void on_error(j_common_ptr info) {
  errors *e = (errors *)info->err;
  longjmp(e->escape, 1);
}

static void on_message(j_common_ptr info, int level) {
  if (level >= 0) return;  // a trace
  errors *e = (errors *)info->err;
  switch (info->err->msg_code) {
    case JWRN_HIT_MARKER:  // the entropy decoder ran out of bits
    case JWRN_JPEG_EOF:
      e->missing = 1;
      break;
    case JWRN_HUFF_BAD_CODE:
    case JWRN_MUST_RESYNC:
    case JWRN_ARITH_BAD_CODE:
      e->damaged = 1;
      break;
    default:
      return;  // stray bytes before a marker, an odd scan script: the pixels are whole
  }
  if (!e->warning[0]) info->err->format_message(info, e->warning);
}

static void no_output(j_common_ptr info) { (void)info; }
static void no_source_change(j_decompress_ptr jpeg) { (void)jpeg; }

/// An end marker for data that stops without one. Pixels that are missing then show as JWRN_HIT_MARKER.
static boolean fill_with_end(j_decompress_ptr jpeg) {
  static const JOCTET end[] = {0xFF, JPEG_EOI};
  source *s = (source *)jpeg->src;
  s->ended = 1;
  s->base.next_input_byte = end;
  s->base.bytes_in_buffer = sizeof end;
  return TRUE;
}

static void skip_input(j_decompress_ptr jpeg, long count) {
  struct jpeg_source_mgr *s = jpeg->src;
  if (count <= 0) return;
  if ((unsigned long)count > s->bytes_in_buffer) {
    fill_with_end(jpeg);
    return;
  }
  s->next_input_byte += count;
  s->bytes_in_buffer -= (size_t)count;
}

/// Thousands of scans make a small file cost hours (libjpeg-turbo, "Exploits" in its documentation).
static void on_progress(j_common_ptr info) {
  progress *p = (progress *)info->progress;
  p->exceeded = ((j_decompress_ptr)info)->input_scan_number > p->max_scans;
  // The thread's clock is a system call, which took 2 % of the decode when every row of blocks asked it.
  if (p->calls++ % 16 == 0) p->late = vm_thread_seconds() > p->deadline;
  if (!p->exceeded && !p->late) return;
  longjmp(((errors *)info->err)->escape, 1);
}

static void prepare(decoder *d, vm_decode *decode) {
  d->jpeg.err = jpeg_std_error(&d->errors.base);
  d->errors.base.error_exit = on_error;
  d->errors.base.emit_message = on_message;
  d->errors.base.output_message = no_output;
  d->source.base = (struct jpeg_source_mgr){
      .next_input_byte = decode->data,
      .bytes_in_buffer = decode->size,
      .init_source = no_source_change,
      .fill_input_buffer = fill_with_end,
      .skip_input_data = skip_input,
      .resync_to_restart = jpeg_resync_to_restart,
      .term_source = no_source_change,
  };
  d->progress.base.progress_monitor = on_progress;
  d->progress.max_scans = decode->max_scans;
  d->progress.deadline = vm_thread_seconds() + decode->max_seconds;
}

static void configure(decoder *d, vm_decode *decode) {
  j_decompress_ptr jpeg = &d->jpeg;
  jpeg->scale_num = 1;
  jpeg->scale_denom = (unsigned)decode->scale;
  // Both ways are exact integer arithmetic, the same with and without SIMD.
  jpeg->dct_method = JDCT_ISLOW;
  jpeg->do_fancy_upsampling = decode->scale == 1;
  jpeg->do_block_smoothing = FALSE;
  int inks = jpeg->jpeg_color_space == JCS_CMYK || jpeg->jpeg_color_space == JCS_YCCK;
  jpeg->out_color_space = inks ? JCS_CMYK : JCS_RGB;
}

static inline int times255(int a, int b) {
  int t = a * b + 128;
  return ((t >> 8) + t) >> 8;
}

/// Inks to light, as Pillow does: no colour profile. Adobe's programs store inks inverted.
static void write_inks(const uint8_t *row, unsigned width, int inverted, uint8_t *out, ptrdiff_t step) {
  int flip = inverted ? 255 : 0;
  for (unsigned x = 0; x < width; x++, row += 4, out += step) {
    int light = 255 - (row[3] ^ flip);
    for (int c = 0; c < 3; c++) out[c] = (uint8_t)(light - times255(row[c] ^ flip, light));
  }
}

static void write_colours(const uint8_t *row, unsigned width, uint8_t *out, ptrdiff_t step) {
  for (unsigned x = 0; x < width; x++, row += 3, out += step) {
    out[0] = row[0];
    out[1] = row[1];
    out[2] = row[2];
  }
}

static void read_rows(decoder *d, vm_decode *decode) {
  j_decompress_ptr jpeg = &d->jpeg;
  unsigned width = jpeg->output_width, height = jpeg->output_height;
  int inks = jpeg->out_color_space == JCS_CMYK;
  vm_steps steps = vm_steps_of(decode->orientation, width, height);
  if (!inks && steps.start == 0 && steps.dx == 1) {
    JSAMPROW rows[8];
    while (jpeg->output_scanline < height) {
      unsigned first = jpeg->output_scanline;
      for (unsigned i = 0; i < 8; i++)
        rows[i] = decode->out + (size_t)(first + i < height ? first + i : height - 1) * width * 3;
      jpeg_read_scanlines(jpeg, rows, height - first < 8 ? height - first : 8);
    }
    return;
  }
  while (jpeg->output_scanline < height) {
    uint8_t *out = decode->out + (steps.start + (ptrdiff_t)jpeg->output_scanline * steps.dy) * 3;
    jpeg_read_scanlines(jpeg, &d->row, 1);
    if (inks)
      write_inks(d->row, width, jpeg->saw_Adobe_marker, out, steps.dx * 3);
    else
      write_colours(d->row, width, out, steps.dx * 3);
  }
}

static int failed(decoder *d, vm_decode *decode) {
  if (d->progress.exceeded) {
    snprintf(decode->message, VM_MESSAGE_SIZE, "more than %d scans", d->progress.max_scans);
    return VM_LIMIT;
  }
  if (d->progress.late) {
    snprintf(decode->message, VM_MESSAGE_SIZE, "decoding it takes more than %g seconds", decode->max_seconds);
    return VM_TIME;
  }
  char text[JMSG_LENGTH_MAX];
  d->errors.base.format_message((j_common_ptr)&d->jpeg, text);
  snprintf(decode->message, VM_MESSAGE_SIZE, "%s", text);
  switch (d->errors.base.msg_code) {
    case JERR_OUT_OF_MEMORY:
    case JERR_NO_BACKING_STORE: return VM_LIMIT;
    case JERR_SOF_UNSUPPORTED:
    case JERR_BAD_PRECISION:
    case JERR_CONVERSION_NOTIMPL:
    case JERR_ARITH_NOTIMPL: return VM_UNSUPPORTED;
    default: return d->source.ended ? VM_TRUNCATED : VM_MALFORMED;
  }
}

static int judged(decoder *d, vm_decode *decode) {
  // A progressive file is read whole before its first row: without its end marker, scans may be missing. And an encoder
  // of arithmetic codes may leave out zeros at the end (T.81, Annex D): libjpeg adds them without a word, however many.
  int needs_end = jpeg_has_multiple_scans(&d->jpeg) || d->jpeg.arith_code;
  if (!d->errors.missing && !d->errors.damaged && !(needs_end && d->source.ended)) return VM_OK;
  snprintf(
      decode->message, VM_MESSAGE_SIZE, "%s",
      d->errors.warning[0] ? d->errors.warning : "the end marker is missing");
  return d->source.ended || !d->errors.damaged ? VM_TRUNCATED : VM_MALFORMED;
}

/// Our own decoder's tables cost as much as it gains on 4 KB.
static int is_worthwhile(const decoder *d, const vm_decode *decode) {
  if (decode->jpeg_path == VM_JPEG_FASTEST) return d->source.base.bytes_in_buffer >= 4096;
  return decode->jpeg_path == VM_JPEG_OWN;
}

int vm_jpeg_decode(vm_decode *decode) {
  decoder *d = calloc(1, sizeof *d);
  if (!d) return VM_LIMIT;
  prepare(d, decode);
  decode->by_library = 1;
  int result;
  if (setjmp(d->errors.escape)) {
    result = failed(d, decode);
  } else {
    jpeg_create_decompress(&d->jpeg);
    d->jpeg.src = &d->source.base;
    d->jpeg.progress = &d->progress.base;
    d->jpeg.mem->max_memory_to_use = (long)decode->max_memory;
    jpeg_read_header(&d->jpeg, TRUE);
    configure(d, decode);
    jpeg_calc_output_dimensions(&d->jpeg);
    size_t pixels = (size_t)d->jpeg.output_width * d->jpeg.output_height;
    if (pixels * 3 != decode->out_size) {
      snprintf(decode->message, VM_MESSAGE_SIZE, "the frame header changes inside the file");
      result = VM_SIZE;
    } else if (is_worthwhile(d, decode) && vm_jpeg_baseline(&d->jpeg, decode, d->progress.deadline)) {
      decode->by_library = 0;
      result = VM_OK;
    } else {
      d->row = (*d->jpeg.mem->alloc_large)(
          (j_common_ptr)&d->jpeg, JPOOL_IMAGE, (size_t)d->jpeg.output_width * 4);
      jpeg_start_decompress(&d->jpeg);
      read_rows(d, decode);
      result = judged(d, decode);
    }
  }
  jpeg_destroy_decompress(&d->jpeg);
  free(d);
  return result;
}
