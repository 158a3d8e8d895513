#include "jpeg_baseline.h"

#include <stdlib.h>
#include <string.h>

#include "deadline.h"
#include "jpeg_colour.h"
#include "jpeg_huffman.h"
#include "jpeg_idct.h"
#include "orient.h"

enum {
  BLOCKS = 6,                         // at most in an MCU: two by two of luma, two of chroma
  PADDING = BLOCKS * VM_BLOCK_BYTES,  // zeros behind the data: whether there was enough of it is known after an MCU
  SLACK = 64,                         // what a row may be passed by
};

typedef struct {
  vm_coded coded;
  int across, down;  // blocks in an MCU
  int size;          // samples a side that a block is reduced to
  size_t stride;
  uint8_t *samples;  // of one row of MCUs
} component;

typedef struct {
  const struct jpeg_decompress_struct *jpeg;
  const vm_decode *decode;
  component components[3];
  int count;
  vm_coded *order[BLOCKS];  // whose the blocks of an MCU are
  int blocks;
  unsigned mcus, mcu_rows;     // across and down
  const uint8_t *in, *in_end;  // entropy-coded data that is not unstuffed yet
  uint8_t *unstuffed;
  vm_bits bits;
  uint8_t *row;  // RGB of one row; behind it, Cb and Cr with each sample twice
  size_t row_size;
  uint16_t strange[8];  // see vm_jpeg_idct
  vm_huffman_dc dc_tables[NUM_HUFF_TBLS];
  vm_huffman_ac ac_tables[NUM_HUFF_TBLS];
  uint32_t scratch[1 << VM_AC_BITS];
} baseline;

/// Whether it is of the kind that is decoded here.
static int is_usual(const struct jpeg_decompress_struct *j, const vm_decode *decode) {
#ifdef LIBJPEG_TURBO_VERSION
  if (decode->scale != 2 && decode->scale != 4 && decode->scale != 8) return 0;
  if (decode->max_scans < 1 || j->src->bytes_in_buffer > decode->max_memory) return 0;
  if (j->progressive_mode || j->arith_code || j->data_precision != 8 || j->CCIR601_sampling) return 0;
  if (j->Ss != 0 || j->Se != 63 || j->Ah != 0 || j->Al != 0) return 0;
  if (j->comps_in_scan != j->num_components || j->out_color_space != JCS_RGB) return 0;
  if (j->num_components == 1) return j->jpeg_color_space == JCS_GRAYSCALE;
  if (j->num_components != 3 || j->jpeg_color_space != JCS_YCbCr) return 0;
  for (int c = 0; c < 3; c++) {
    const jpeg_component_info *info = &j->comp_info[c];
    int most = c == 0 ? 2 : 1;
    if (j->cur_comp_info[c] != info || info->h_samp_factor > most || info->v_samp_factor > most) return 0;
  }
  return 1;
#else
  return 0;  // the original libjpeg reduces by other transforms
#endif
}

static int take_tables(baseline *b) {
  const struct jpeg_decompress_struct *j = b->jpeg;
  int largest[NUM_HUFF_TBLS] = {0};
  for (int c = 0; c < b->count; c++) {
    const jpeg_component_info *info = &j->comp_info[c];
    int q = info->quant_tbl_no, dc = info->dc_tbl_no, ac = info->ac_tbl_no;
    if (q < 0 || q >= NUM_QUANT_TBLS || dc < 0 || dc >= NUM_HUFF_TBLS || ac < 0 || ac >= NUM_HUFF_TBLS) return 0;
    if (!j->quant_tbl_ptrs[q] || !j->dc_huff_tbl_ptrs[dc] || !j->ac_huff_tbl_ptrs[ac]) return 0;
    component *to = &b->components[c];
    for (int i = 0; i < 64; i++) {
      to->coded.quantizers[i] = j->quant_tbl_ptrs[q]->quantval[i];
      if (to->coded.quantizers[i] > largest[ac]) largest[ac] = to->coded.quantizers[i];
    }
    if (largest[ac] > INT16_MAX || to->coded.quantizers[0] == 0) return 0;
    to->coded.dc_table = &b->dc_tables[dc];
    to->coded.ac_table = &b->ac_tables[ac];
  }
  for (int t = 0; t < NUM_HUFF_TBLS; t++) {
    const JHUFF_TBL *dc = j->dc_huff_tbl_ptrs[t], *ac = j->ac_huff_tbl_ptrs[t];
    int dc_used = 0, ac_used = 0;
    for (int c = 0; c < b->count; c++) {
      dc_used |= b->components[c].coded.dc_table == &b->dc_tables[t];
      ac_used |= b->components[c].coded.ac_table == &b->ac_tables[t];
    }
    if (dc_used && !vm_huffman_dc_build(&b->dc_tables[t], dc->bits, dc->huffval)) return 0;
    if (!ac_used) continue;
    int most = largest[t] ? VM_LARGEST_COEFFICIENT / largest[t] : 0;
    if (!vm_huffman_ac_build(&b->ac_tables[t], ac->bits, ac->huffval, most, b->scratch)) return 0;
  }
  return 1;
}

/// Sizes of blocks and of a row of MCUs; 0 without memory.
static int lay_out(baseline *b) {
  const struct jpeg_decompress_struct *j = b->jpeg;
  const jpeg_component_info *first = &j->comp_info[0];
  int size = DCTSIZE / b->decode->scale;
  // A scan of one component has MCUs of one block, whatever its sampling factors are.
  int across = b->count == 3 ? first->h_samp_factor : 1, down = b->count == 3 ? first->v_samp_factor : 1;
  b->mcus = (j->image_width + 8 * (unsigned)across - 1) / (8 * (unsigned)across);
  b->mcu_rows = (j->image_height + 8 * (unsigned)down - 1) / (8 * (unsigned)down);
  for (int c = 0; c < b->count; c++) {
    component *to = &b->components[c];
    to->across = c == 0 ? across : 1;
    to->down = c == 0 ? down : 1;
    for (int i = 0; i < to->across * to->down; i++) b->order[b->blocks++] = &to->coded;
    // Chroma halved both ways is reduced by half as much instead, so that nothing needs to be doubled.
    to->size = c > 0 && across == 2 && down == 2 ? 2 * size : size;
    to->stride = (size_t)b->mcus * (size_t)(to->across * to->size);
    to->samples = malloc(to->stride * (size_t)(to->down * to->size) + SLACK);
    if (!to->samples) return 0;
  }
  b->row_size = (size_t)j->output_width * 3 + SLACK;
  b->row = malloc(3 * b->row_size);
  b->unstuffed = malloc(j->src->bytes_in_buffer + PADDING);
  return b->row && b->unstuffed;
}

/// Copies the entropy-coded data up to the next marker, without the zeros that are stuffed behind each 0xFF.
static void next_segment(baseline *b) {
  uint8_t *out = b->unstuffed;
  b->bits = (vm_bits){.next = out};
  while (b->in < b->in_end) {
    const uint8_t *ff = memchr(b->in, 0xFF, (size_t)(b->in_end - b->in));
    size_t plain = (size_t)((ff ? ff : b->in_end) - b->in);
    memcpy(out, b->in, plain);
    out += plain;
    b->in += plain;
    if (!ff || b->in_end - b->in < 2 || b->in[1] != 0) break;
    *out++ = 0xFF;
    b->in += 2;
  }
  memset(out, 0, PADDING);
  b->bits.end = out;
}

/// Passes over the restart marker of that number, which must be the next one; DC starts from zero again.
static int restart(baseline *b, unsigned number) {
  if (b->in_end - b->in < 2 || b->in[1] != JPEG_RST0 + number % 8) return 0;
  b->in += 2;
  next_segment(b);
  for (int c = 0; c < b->count; c++) b->components[c].coded.dc = 0;
  return 1;
}

static int decode_mcu(baseline *b, unsigned mcu) {
  // Transforms come after all blocks: by then the coefficients have reached the cache, where wide loads find them.
  int16_t blocks[BLOCKS * 64 + 1];
  const int16_t *block = blocks;
  if (!vm_huffman_blocks(&b->bits, b->order, b->blocks, blocks)) return 0;
  for (int c = 0; c < b->count; c++) {
    component *to = &b->components[c];
    uint8_t *out = to->samples + (size_t)mcu * (size_t)(to->across * to->size);
    for (int y = 0; y < to->down; y++, block += 64 * to->across, out += (size_t)to->size * to->stride)
      vm_jpeg_idct(to->size, to->across, block, to->coded.quantizers, out, to->stride, b->strange);
  }
  return !vm_bits_overrun(&b->bits);
}

static int is_strange(const baseline *b) {
  unsigned bits = 0;
  for (int i = 0; i < 8; i++) bits |= b->strange[i];
  return bits != 0;
}

/// Each sample twice.
static const uint8_t *doubled(const uint8_t *from, unsigned width, uint8_t *to) {
  for (unsigned x = 0; x < (width + 1) / 2; x++) to[2 * x] = to[2 * x + 1] = from[x];
  return to;
}

static void write_rows(const baseline *b, unsigned mcu_row, vm_steps steps) {
  const component *luma = &b->components[0], *chroma = &b->components[1];
  unsigned width = b->jpeg->output_width, height = b->jpeg->output_height;
  unsigned rows = (unsigned)(luma->down * luma->size), top = mcu_row * rows;
  for (unsigned i = 0; i < rows && top + i < height; i++) {
    uint8_t *out = b->decode->out + (steps.start + (ptrdiff_t)(top + i) * steps.dy) * 3;
    const uint8_t *y = luma->samples + i * luma->stride, *rgb = b->row;
    if (b->count == 1) {
      for (unsigned x = 0; x < width; x++, out += steps.dx * 3) out[0] = out[1] = out[2] = y[x];
      continue;
    }
    size_t at = i * (unsigned)chroma->size / rows * chroma->stride;
    const uint8_t *cb = chroma[0].samples + at, *cr = chroma[1].samples + at;
    if (chroma->stride < luma->stride) {
      cb = doubled(cb, width, b->row + b->row_size);
      cr = doubled(cr, width, b->row + 2 * b->row_size);
    }
    vm_jpeg_colours(y, cb, cr, width, b->row);
    if (steps.dx == 1)
      memcpy(out, rgb, (size_t)width * 3);
    else
      for (unsigned x = 0; x < width; x++, rgb += 3, out += steps.dx * 3) memcpy(out, rgb, 3);
  }
}

static int decode_scan(baseline *b, double deadline) {
  vm_steps steps = vm_steps_of(b->decode->orientation, b->jpeg->output_width, b->jpeg->output_height);
  unsigned interval = b->jpeg->restart_interval, left = interval, restarts = 0;
  next_segment(b);
  for (unsigned row = 0; row < b->mcu_rows; row++) {
    if (row % 16 == 0 && vm_thread_seconds() > deadline) return 0;
    for (unsigned mcu = 0; mcu < b->mcus; mcu++, left--) {
      if (interval > 0 && left == 0) {
        if (!restart(b, restarts++)) return 0;
        left = interval;
      }
      if (!decode_mcu(b, mcu)) return 0;
    }
    if (is_strange(b)) return 0;
    write_rows(b, row, steps);
  }
  return 1;
}

int vm_jpeg_baseline(const struct jpeg_decompress_struct *jpeg, const vm_decode *decode, double deadline) {
  if (!is_usual(jpeg, decode)) return 0;
  baseline *b = malloc(sizeof *b);
  if (!b) return 0;
  memset(b, 0, offsetof(baseline, dc_tables));
  b->jpeg = jpeg;
  b->decode = decode;
  b->count = jpeg->num_components;
  b->in = jpeg->src->next_input_byte;
  b->in_end = b->in + jpeg->src->bytes_in_buffer;
  int done = take_tables(b) && lay_out(b) && decode_scan(b, deadline);
  for (int c = 0; c < b->count; c++) free(b->components[c].samples);
  free(b->row);
  free(b->unstuffed);
  free(b);
  return done;
}
