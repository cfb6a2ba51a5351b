// A convolution of an image of one channel by kernels of many taps, of which the maximum over the width is wanted: the front end of
// Musicnn. The kernel is a sum of kernels of 3×3 (3×1) taps, each of which is computed as in `winograd.h`: a third (half) of the
// products, and the map itself is never written.
#pragma once
#include "winograd.h"

namespace polytag {

/** Sizes of a convolution of [n, h, w, 1] by [height, width, 1, k], and its division into parts of some rows. */
struct ImageTiling {
  int64_t n, h, w, height, width, k;
  /** Zeros above the image, and sizes of the output. */
  int64_t above, oh, ow;
  /** Whether the groups of taps are of 3×3; else, for kernels of one column, of 3×1. */
  bool plane;
  int64_t groups;
  /** Sizes of a part's image. */
  int64_t columns, rows;

  /** `part` rows of the output are computed at a time, by vectors of so many lanes. */
  ImageTiling(const std::vector<int64_t>& map, const std::vector<int64_t>& kernel, int64_t above, int64_t below,
              int64_t part, int64_t lanes)
      : n(map[0]), h(map[1]), w(map[2]), height(kernel[0]), width(kernel[1]), k(kernel[3]), above(above),
        oh(h + above + below - height + 1), ow(w - width + 1), plane(width > 1), groups(down() * across()),
        columns(plane ? (ow + 3) / 4 * 4 + 3 * across() : ow),
        rows((part + 3 * down() + lanes - 1) / lanes * lanes) {}
  int64_t down() const { return (height + 2) / 3; }
  int64_t across() const { return plane ? (width + 2) / 3 : 1; }
};

namespace winograd {

/** What is compiled for one width of vectors: sizes, and functions for groups of 3×1 and of 3×3 taps. */
struct ImageKernels {
  int64_t lanes, panel, part;
  void (*transform_kernel[2])(const float* const* taps, float* u, int64_t stride);
  void (*transform_image[2])(const float* image, int64_t columns, int64_t rows, float* v);
  void (*raise_panel[2])(const ImageTiling&, const float* v, const int32_t* offsets, const float* u, float* greatest);
};

#ifdef HAS_WINOGRAD
#pragma GCC push_options
#pragma GCC target("avx512f,avx512dq,avx512vl,avx512bw,fma")
namespace wide {
#include "image-max-lanes.h"
}  // namespace wide
#pragma GCC pop_options
#pragma GCC push_options
#pragma GCC target("avx2,fma")
namespace narrow {
#include "image-max-lanes.h"
}  // namespace narrow
#pragma GCC pop_options
#endif

inline const ImageKernels* image_kernels() {
#ifdef HAS_WINOGRAD
  return vectors() == 2 ? &wide::IMAGE_KERNELS : vectors() == 1 ? &narrow::IMAGE_KERNELS : nullptr;
#else
  return nullptr;
#endif
}

/** y = max over the columns of x convolved by w. */
inline void image_max(const ImageKernels& on, const ImageTiling& s, const float* x, const float* w, float* y) {
  static thread_local Scratch for_kernel;
  const int64_t places = s.plane ? 36 : 6, beside = s.plane ? 3 : 1;
  const int64_t panels = (s.k + on.panel - 1) / on.panel, padded = panels * on.panel;
  float* u = for_kernel.of(places * s.groups * padded + (s.height * s.width + 1) * padded);
  // Outputs up to a whole panel, and a place of zeros for taps behind the kernel's ends.
  float* taps = u + places * s.groups * padded;
  std::fill(taps, taps + (s.height * s.width + 1) * padded, 0.f);
  for (int64_t i = 0; i < s.height * s.width; i++) std::copy(w + i * s.k, w + (i + 1) * s.k, taps + i * padded);
  std::vector<int32_t> offsets(s.groups);
  for (int64_t g = 0; g < s.groups; g++)
    offsets[g] = static_cast<int32_t>(g % s.across() * 3 * s.rows + g / s.across() * 3);
  Pool::get().run(s.groups, [&](int64_t g) {
    for (int64_t panel = 0; panel < panels; panel++) {
      const float* of[9];
      for (int64_t i = 0; i < 3 * beside; i++) {
        const int64_t row = g / s.across() * 3 + i / beside, column = g % s.across() * 3 + i % beside;
        const int64_t tap = row < s.height && column < s.width ? row * s.width + column : s.height * s.width;
        of[i] = taps + tap * padded + panel * on.panel;
      }
      on.transform_kernel[s.plane](of, u + (panel * places * s.groups + g) * on.panel, s.groups * on.panel);
    }
  });
  const int64_t parts = (s.oh + on.part - 1) / on.part;
  Pool::get().run(s.n * parts, [&](int64_t i) {
    static thread_local Scratch of_thread;
    const int64_t first = i % parts * on.part, size = (s.columns + 6) * s.rows + on.lanes;
    float* image = of_thread.of(size + places * s.columns * s.rows + on.part * on.panel);
    float* v = image + size;
    float* greatest = v + places * s.columns * s.rows;
    std::fill(image, image + size, 0.f);
    const int64_t top = first - s.above;
    for (int64_t row = std::max<int64_t>(0, -top); row < s.rows && top + row < s.h; row++)
      for (int64_t column = 0; column < std::min(s.w, s.columns + 6); column++)
        image[column * s.rows + row] = x[(i / parts * s.h + top + row) * s.w + column];
    on.transform_image[s.plane](image, s.columns, s.rows, v);
    for (int64_t panel = 0; panel < panels; panel++) {
      on.raise_panel[s.plane](s, v, offsets.data(), u + panel * places * s.groups * on.panel, greatest);
      const int64_t count = std::min(on.panel, s.k - panel * on.panel);
      for (int64_t row = 0; row < on.part && first + row < s.oh; row++)
        std::copy(greatest + row * on.panel, greatest + row * on.panel + count,
                  y + (i / parts * s.oh + first + row) * s.k + panel * on.panel);
    }
  });
}

}  // namespace winograd

/** Attributes: zeros above and below the image. */
struct ImageMax {
  int64_t above, below;

  ImageMax(TF_OpKernelConstruction* construction, TF_Status* status) {
    TF_OpKernelConstruction_GetAttrInt64(construction, "above", &above, status);
    TF_OpKernelConstruction_GetAttrInt64(construction, "below", &below, status);
  }
};

/** Inputs: x [n, h, w, 1], w [height, width, 1, k]; output: the maximum over the columns, [n, rows, 1, k]. */
inline void compute_image_max(void* attributes, TF_OpKernelContext* context) {
  const auto& op = *static_cast<ImageMax*>(attributes);
  Call call(context);
  if (!call.ok()) return;
  const std::vector<int64_t> map = call.shape(0), kernel = call.shape(1);
  const winograd::ImageKernels* on = winograd::image_kernels();
  if (!on) return call.fail("this processor has no vectors for it");
  if (map.size() != 4 || kernel.size() != 4 || map[3] != 1 || kernel[2] != 1 || op.above < 0 || op.below < 0)
    return call.fail("image and kernel must have one channel");
  const ImageTiling s(map, kernel, op.above, op.below, on->part, on->lanes);
  if (s.oh < 1 || s.ow < 1 || s.k < 1) return call.fail("the kernel must fit into the image");
  float* y = call.output(0, {s.n, s.oh, 1, s.k});
  if (call.ok()) call.within_memory([&] { winograd::image_max(*on, s, call.input(0), call.input(1), y); });
}

}  // namespace polytag
