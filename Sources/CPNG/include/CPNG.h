// Pictures in memory, by libpng. In C because libpng reports errors by longjmp, which may not cross Swift.

#ifndef CPNG_H
#define CPNG_H

#include <stddef.h>
#include <stdint.h>

typedef struct {
  uint32_t width;
  uint32_t height;
  /// 1 grey, 2 grey and alpha, 3 colours, 4 colours and alpha; palettes are colours.
  int channels;
  /// 8 or 16; samples of 16 bits have their high byte first.
  int bits;
  /// Why a call failed.
  char message[128];
} Picture;

/// What the picture's header says; 0 where it is malformed.
int picture_header(const uint8_t *bytes, size_t count, Picture *picture);

/// Its samples, row by row; `samples` has room for what the header said. 0 where it is malformed.
int picture_read(const uint8_t *bytes, size_t count, Picture *picture, uint8_t *samples);

/// The file of a picture, for `free`; null where that failed.
uint8_t *picture_write(const uint8_t *samples, Picture *picture, size_t *count);

/// The file of a picture whose samples are places in a palette of red, green and blue, at most 256 of them.
uint8_t *picture_write_indexed(const uint8_t *samples, const uint8_t *palette, int colours, Picture *picture,
                               size_t *count);

#endif
