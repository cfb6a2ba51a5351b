// Convolution by kernels of 3×3, 1×3, 1×4 or 1×5 of stride 1, and its gradients, with a quarter (of one row: about half) of the
// multiplications: F(4×4, 3×3) of Lavin and Gray, Fast algorithms for convolutional neural networks (CVPR 2016).
#pragma once
#include <cstdlib>
#include <memory>
#include <new>

#include "parallel.h"
#include "tensors.h"

namespace polytag {

/** Top left output of a tile, in example n. */
struct Tile {
  int64_t n, row, column;
};

/** Sizes of a convolution of [n, h, w, c] to [n, oh, ow, k], and its division into tiles of 4×4 outputs, or of 7 - taps in a row. */
struct Tiling {
  int64_t n, h, w, c, oh, ow, k;
  /** Zeros above and left of the map. */
  int64_t top, left;
  /** The kernel's width, and whether it is as high as it is wide; else it has one row. */
  int64_t taps;
  bool plane;
  int64_t step, down, across, tiles;

  /** `before` and `after` are zeros on the sides of the map, and above and below where the kernel is no row. */
  Tiling(const std::vector<int64_t>& map, int64_t outputs, bool is_plane, int64_t width, int64_t before, int64_t after)
      : n(map[0]), h(map[1]), w(map[2]), c(map[3]), oh(is_plane ? h + before + after - width + 1 : h),
        ow(w + before + after - width + 1), k(outputs), top(is_plane ? before : 0), left(before), taps(width),
        plane(is_plane), step(7 - width), down(is_plane ? (oh + step - 1) / step : oh), across((ow + step - 1) / step),
        tiles(n * down * across) {}
  Tile tile(int64_t i) const {
    const int64_t row = i / across % down;
    return {i / across / down, plane ? step * row : row, i % across * step};
  }
  int64_t places() const { return plane ? 36 : 6; }
};

namespace winograd {

// The points besides 0 and infinity are ±A1 and ±B1; the products of their differences divide.
constexpr float A1 = 0.75f, B1 = 1.5f, A2 = A1 * A1, B2 = B1 * B1;
constexpr float N0 = 1 / (A2 * B2), N1 = 1 / (2 * A2 * (A2 - B2)), N2 = 1 / (2 * B2 * (B2 - A2));

/** What is compiled for one width of vectors and one shape of kernels. */
struct Functions {
  void (*transform_kernel)(const float* const* taps, float* u, int64_t stride);
  void (*convolve_block)(const Tiling&, const float* x, const float* u, const float* zeros, float* y, int64_t block,
                         float* scratch);
  void (*add_filter_gradient)(const Tiling&, const float* x, const float* dy, const float* zeros, int64_t from, int64_t to,
                              float* sums, float* scratch);
  void (*end_filter_gradient)(const Tiling&, const float* sums, int64_t parts, int64_t c, float* dw);
};

/** What is compiled for one width of vectors. */
struct Kernels {
  int64_t lanes, panel, tiles, gradient_rows;
  /** For kernels of 3×3, and of one row with 3, 4 and 5 taps. */
  Functions plane, row[3];

  const Functions& of(const Tiling& s) const { return s.plane ? plane : row[s.taps - 3]; }
};

#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__)
#define HAS_WINOGRAD 1

#pragma GCC diagnostic ignored "-Wpsabi"
#pragma GCC push_options
#pragma GCC target("avx512f,avx512dq,avx512vl,avx512bw,fma")
namespace wide {
constexpr int LANES = 16, PANEL = 32, ROWS = 14, GRADIENT_ROWS = 8, TILES = 28;
#include "winograd-lanes.h"
}  // namespace wide
#pragma GCC pop_options
#pragma GCC push_options
#pragma GCC target("avx2,fma")
namespace narrow {
constexpr int LANES = 8, PANEL = 16, ROWS = 6, GRADIENT_ROWS = 4, TILES = 24;
#include "winograd-lanes.h"
}  // namespace narrow
#pragma GCC pop_options
#endif

/** Which vectors this processor has: 2 for AVX-512, 1 for AVX2, 0 for neither. */
inline int vectors() {
#ifdef HAS_WINOGRAD
  static const int found = [] {
    if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl") &&
        __builtin_cpu_supports("avx512bw"))
      return 2;
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") ? 1 : 0;
  }();
  return found;
#else
  return 0;
#endif
}

/** The kernels for this processor's vectors; none where it has neither AVX-512 nor AVX2. */
inline const Kernels* kernels() {
#ifdef HAS_WINOGRAD
  return vectors() == 2 ? &wide::KERNELS : vectors() == 1 ? &narrow::KERNELS : nullptr;
#else
  return nullptr;
#endif
}

/** Memory of a thread that stays for its next call. */
class Scratch {
 public:
  float* of(int64_t floats) {
    if (floats > size_) {
      size_ = 0;
      memory_.reset(static_cast<float*>(std::aligned_alloc(64, (floats * sizeof(float) + 63) / 64 * 64)));
      if (!memory_) throw std::bad_alloc();
      size_ = floats;
    }
    return memory_.get();
  }

 private:
  struct Free {
    void operator()(float* p) const { std::free(p); }
  };
  std::unique_ptr<float, Free> memory_;
  int64_t size_ = 0;
};


/** Zeros that stand for what lies outside of a map. */
inline const float* zeros(int64_t channels) {
  static thread_local std::vector<float> none;
  if (static_cast<int64_t>(none.size()) < channels) none.assign(channels, 0.f);
  return none.data();
}

/**
 * y = x convolved by w [height, taps, c, k]. `transposed`: by w turned round, with inputs and outputs exchanged, which makes the
 * gradient of a convolution's input from that of its output.
 */
inline void convolve(const Kernels& on, const Tiling& s, const float* x, const float* w, bool transposed, float* y) {
  static thread_local Scratch for_kernel;
  const Functions& functions = on.of(s);
  const int64_t places = s.places(), panels = s.k / on.panel, taps = s.plane ? s.taps * s.taps : s.taps;
  float* u = for_kernel.of(places * s.c * s.k);
  Pool::get().run(s.c / 8 * panels, [&](int64_t part) {
    const int64_t panel = part % panels, k = panel * on.panel;
    std::vector<float> turned(transposed ? taps * on.panel : 0);
    for (int64_t c = part / panels * 8; c < part / panels * 8 + 8; c++) {
      const float* of[9];
      for (int64_t i = 0; i < taps; i++) {
        of[i] = transposed ? turned.data() + i * on.panel : w + (i * s.c + c) * s.k + k;
        for (int64_t lane = 0; transposed && lane < on.panel; lane++)
          turned[i * on.panel + lane] = w[((taps - 1 - i) * s.k + k + lane) * s.c + c];
      }
      functions.transform_kernel(of, u + (panel * places * s.c + c) * on.panel, s.c * on.panel);
    }
  });
  const float* none = zeros(s.c);
  Pool::get().run((s.tiles + on.tiles - 1) / on.tiles, [&](int64_t block) {
    static thread_local Scratch of_thread;
    float* scratch = of_thread.of(places * (s.c * on.tiles + on.tiles * on.panel + 2 * on.lanes));
    functions.convolve_block(s, x, u, none, y, block, scratch);
  });
}

/** Most floats of the sums of all threads: half a gigabyte. */
constexpr int64_t MOST_SUMS = 1 << 27;

/**
 * dw [height, taps, c, k] of a convolution of x whose output has the gradient dy. Each thread sums a range of tiles, so that the
 * last digits depend on how many threads there are.
 */
inline void filter_gradient(const Kernels& on, const Tiling& s, const float* x, const float* dy, float* dw) {
  static thread_local Scratch for_sums;
  const int64_t places = s.places(), size = places * s.c * s.k;
  const int64_t blocks = (s.tiles + on.tiles - 1) / on.tiles;
  const int64_t parts = std::min({int64_t{Pool::get().threads()}, blocks, std::max<int64_t>(1, MOST_SUMS / size)});
  float* sums = for_sums.of(parts * size);
  const float* none = zeros(std::max(s.c, s.k));
  Pool::get().run(parts, [&](int64_t part) {
    static thread_local Scratch of_thread;
    float* scratch = of_thread.of(places * ((s.c + s.k) * on.tiles + 2 * on.lanes));
    std::fill(sums + part * size, sums + (part + 1) * size, 0.f);
    on.of(s).add_filter_gradient(s, x, dy, none, s.tiles * part / parts, s.tiles * (part + 1) / parts,
                                    sums + part * size, scratch);
  });
  Pool::get().run(s.c / on.gradient_rows, [&](int64_t part) {
    on.of(s).end_filter_gradient(s, sums, parts, part * on.gradient_rows, dw);
  });
}

}  // namespace winograd
/** Attributes of the two operations below. */
struct Convolution {
  /** Zeros left and right of the map, and above and below it where the kernel is 3×3. */
  int64_t before, after;
  int64_t plane, taps, transposed;

  Convolution(TF_OpKernelConstruction* construction, TF_Status* status) {
    TF_OpKernelConstruction_GetAttrInt64(construction, "before", &before, status);
    TF_OpKernelConstruction_GetAttrInt64(construction, "after", &after, status);
    TF_OpKernelConstruction_GetAttrInt64(construction, "plane", &plane, status);
    TF_OpKernelConstruction_GetAttrInt64(construction, "taps", &taps, status);
    TF_OpKernelConstruction_GetAttrInt64(construction, "transposed", &transposed, status);
  }
  std::vector<int64_t> kernel(int64_t inputs, int64_t outputs) const { return {plane ? taps : 1, taps, inputs, outputs}; }
  /** The tiling of a map for so many outputs; null, with the call failed, where it is not one that these kernels compute. */
  std::unique_ptr<Tiling> of(const winograd::Kernels* on, Call& call, const std::vector<int64_t>& map, int64_t outputs) const {
    const bool is_known = plane ? taps == 3 : taps >= 3 && taps <= 5;
    if (!on || !is_known || before < 0 || after < 0 || before >= taps || after >= taps || map.size() != 4 ||
        map[3] % on->panel || outputs % on->panel || map[3] * outputs == 0) {
      call.fail("channels must be multiples of the panel, and kernels of 3×3 or 1×3 to 1×5");
      return nullptr;
    }
    auto tiling = std::make_unique<Tiling>(map, outputs, plane != 0, taps, before, after);
    if (tiling->oh < 1 || tiling->ow < 1) call.fail("the kernel must fit into the map");
    return call.ok() ? std::move(tiling) : nullptr;
  }
};

/** Inputs: x, w [height, taps, inputs, outputs]; output: their convolution, with so many zeros around x. */
inline void compute_winograd(void* attributes, TF_OpKernelContext* context) {
  const auto& op = *static_cast<Convolution*>(attributes);
  Call call(context);
  if (!call.ok()) return;
  const std::vector<int64_t> map = call.shape(0), kernel = call.shape(1);
  if (map.size() != 4 || kernel.size() != 4 || kernel != op.kernel(kernel[2], kernel[3]) ||
      kernel[op.transposed ? 3 : 2] != map[3])
    return call.fail("the kernel must have the attributes' taps and the map's channels");
  const winograd::Kernels* on = winograd::kernels();
  const auto tiling = op.of(on, call, map, kernel[op.transposed ? 2 : 3]);
  if (!tiling) return;
  float* y = call.output(0, {tiling->n, tiling->oh, tiling->ow, tiling->k});
  if (call.ok())
    call.within_memory([&] { winograd::convolve(*on, *tiling, call.input(0), call.input(1), op.transposed != 0, y); });
}

/** Inputs: x, dy; output: the gradient of the kernel by which x was convolved. */
inline void compute_winograd_filter(void* attributes, TF_OpKernelContext* context) {
  const auto& op = *static_cast<Convolution*>(attributes);
  Call call(context);
  if (!call.ok()) return;
  const std::vector<int64_t> map = call.shape(0), gradient = call.shape(1);
  const winograd::Kernels* on = winograd::kernels();
  const auto tiling = op.of(on, call, map, gradient.size() == 4 ? gradient[3] : 0);
  if (!tiling) return;
  if (gradient != std::vector<int64_t>{tiling->n, tiling->oh, tiling->ow, tiling->k})
    return call.fail("the gradient must have the output's shape");
  float* dw = call.output(0, op.kernel(tiling->c, tiling->k));
  if (call.ok()) call.within_memory([&] { winograd::filter_gradient(*on, *tiling, call.input(0), call.input(1), dw); });
}

}  // namespace polytag
