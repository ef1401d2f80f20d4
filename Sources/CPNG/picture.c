#include "CPNG.h"

#include <png.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
  const uint8_t *bytes;
  size_t left;
} Source;

typedef struct {
  uint8_t *bytes;
  size_t count;
  size_t capacity;
} Sink;

static void failed(png_structp png, png_const_charp message) {
  Picture *picture = png_get_error_ptr(png);
  snprintf(picture->message, sizeof picture->message, "%s", message);
  png_longjmp(png, 1);
}

static void warned(png_structp png, png_const_charp message) {
  (void)png;
  (void)message;
}

static void take(png_structp png, png_bytep target, size_t count) {
  Source *source = png_get_io_ptr(png);
  if (count > source->left) png_error(png, "it ends too early");
  memcpy(target, source->bytes, count);
  source->bytes += count;
  source->left -= count;
}

static void put(png_structp png, png_bytep bytes, size_t count) {
  Sink *sink = png_get_io_ptr(png);
  if (count > sink->capacity - sink->count) {
    size_t capacity = (sink->count + count) * 2;
    uint8_t *larger = realloc(sink->bytes, capacity);
    if (!larger) png_error(png, "there is no memory left");
    sink->bytes = larger;
    sink->capacity = capacity;
  }
  memcpy(sink->bytes + sink->count, bytes, count);
  sink->count += count;
}

static void flush(png_structp png) { (void)png; }

/// Reads the header, and the samples where there is room for them.
static int read_picture(const uint8_t *bytes, size_t count, Picture *picture, uint8_t *samples) {
  Source source = {bytes, count};
  png_bytep *volatile rows = NULL;
  png_infop info = NULL;
  picture->message[0] = 0;
  png_structp png = png_create_read_struct(PNG_LIBPNG_VER_STRING, picture, failed, warned);
  if (!png) return 0;
  info = png_create_info_struct(png);
  if (!info || setjmp(png_jmpbuf(png))) {
    free(rows);
    png_destroy_read_struct(&png, &info, NULL);
    return 0;
  }
  png_set_read_fn(png, &source, take);
  png_read_info(png, info);
  png_set_expand(png);
  png_set_interlace_handling(png);
  png_read_update_info(png, info);
  uint32_t width = png_get_image_width(png, info);
  uint32_t height = png_get_image_height(png, info);
  int channels = png_get_channels(png, info);
  int bits = png_get_bit_depth(png, info);
  if (!samples) {
    picture->width = width;
    picture->height = height;
    picture->channels = channels;
    picture->bits = bits;
  } else {
    if (width != picture->width || height != picture->height || channels != picture->channels
        || bits != picture->bits)
      png_error(png, "its header changed");
    size_t stride = (size_t)width * channels * (bits / 8);
    rows = malloc(height * sizeof(png_bytep));
    if (!rows) png_error(png, "there is no memory left");
    for (uint32_t row = 0; row < height; row++) rows[row] = samples + row * stride;
    png_read_image(png, rows);
    png_read_end(png, NULL);
  }
  free(rows);
  png_destroy_read_struct(&png, &info, NULL);
  return 1;
}

int picture_header(const uint8_t *bytes, size_t count, Picture *picture) {
  return read_picture(bytes, count, picture, NULL);
}

int picture_read(const uint8_t *bytes, size_t count, Picture *picture, uint8_t *samples) {
  return read_picture(bytes, count, picture, samples);
}

static uint8_t *write_picture(const uint8_t *samples, const uint8_t *palette, int colours, Picture *picture,
                              size_t *count) {
  static const int types[] = {0, PNG_COLOR_TYPE_GRAY, PNG_COLOR_TYPE_GA, PNG_COLOR_TYPE_RGB, PNG_COLOR_TYPE_RGBA};
  Sink sink = {NULL, 0, 0};
  png_infop info = NULL;
  picture->message[0] = 0;
  png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, picture, failed, warned);
  if (!png) return NULL;
  info = png_create_info_struct(png);
  if (!info || setjmp(png_jmpbuf(png))) {
    free(sink.bytes);
    png_destroy_write_struct(&png, &info);
    return NULL;
  }
  png_set_write_fn(png, &sink, put, flush);
  png_set_IHDR(png, info, picture->width, picture->height, picture->bits,
               palette ? PNG_COLOR_TYPE_PALETTE : types[picture->channels], PNG_INTERLACE_NONE,
               PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
  if (palette) {
    png_color entries[256];
    for (int i = 0; i < colours; i++)
      entries[i] = (png_color){palette[3 * i], palette[3 * i + 1], palette[3 * i + 2]};
    png_set_PLTE(png, info, entries, colours);
  }
  png_write_info(png, info);
  size_t stride = (size_t)picture->width * picture->channels * (picture->bits / 8);
  for (uint32_t row = 0; row < picture->height; row++) png_write_row(png, samples + row * stride);
  png_write_end(png, info);
  png_destroy_write_struct(&png, &info);
  *count = sink.count;
  return sink.bytes;
}

uint8_t *picture_write(const uint8_t *samples, Picture *picture, size_t *count) {
  return write_picture(samples, NULL, 0, picture, count);
}

uint8_t *picture_write_indexed(const uint8_t *samples, const uint8_t *palette, int colours, Picture *picture,
                               size_t *count) {
  picture->channels = 1;
  picture->bits = 8;
  return write_picture(samples, palette, colours, picture, count);
}
