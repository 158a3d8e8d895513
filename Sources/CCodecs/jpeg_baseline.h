#ifndef VECMILL_JPEG_BASELINE_H
#define VECMILL_JPEG_BASELINE_H

#include <stdio.h>

#include <jpeglib.h>

#include "codecs.h"

/// Decodes what most JPEGs are, at a scale of 2, 4 or 8, faster than libjpeg-turbo and to the same pixels: Huffman
/// codes in one scan, grey or YCbCr, its chroma whole or halved. The header is read, nothing behind it; the output's
/// sides are known. 0 if the file is of another kind, has anything unusual, or takes too long: then libjpeg decodes it
/// from the start and says what is wrong, if something is.
int vm_jpeg_baseline(const struct jpeg_decompress_struct *jpeg, const vm_decode *decode, double deadline);

#endif
