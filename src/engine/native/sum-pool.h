// The end of a residual block in one pass each way: the sum of two maps, one perhaps gated by channel, max-pooling and ReLU.
// Windows do not overlap.
#pragma once
#include "parallel.h"
#include "pooling.h"
#include "tensors.h"

namespace polytag {

/** A part of the pooled map: columns [from, to) of one row of one example. */
struct PooledPart {
  int64_t example, row, from, to;
};

/** The sizes of a call, and how the pooled map is divided between threads. */
struct PooledMap : Sizes {
  static constexpr int64_t COLUMNS = 256;
  int64_t blocks;

  PooledMap(const Pooling& op, const std::vector<int64_t>& a) : Sizes(op, a), blocks((ow + COLUMNS - 1) / COLUMNS) {}
  int64_t parts() const { return n * oh * blocks; }
  PooledPart part(int64_t i) const {
    const int64_t from = i % blocks * COLUMNS;
    return {i / blocks / oh, i / blocks % oh, from, std::min(ow, from + COLUMNS)};
  }
  int64_t at(int64_t example, int64_t row, int64_t column) const { return ((example * h + row) * w + column) * c; }
  int64_t pooled_at(const PooledPart& part, int64_t column) const {
    return ((part.example * oh + part.row) * ow + column) * c;
  }
};

/** What stands for "no gradient" in the place of a window's maximum. */
constexpr int NOWHERE = 255;

/** What is added to the first map. */
enum class Second { none, plain, gated };

template <Second Kind>
inline float sum_of(float a, float b, float gate) {
  return Kind == Second::none ? a : Kind == Second::plain ? a + b : a + gate * b;
}

/** Begins a window with its first place, or raises its maximum by another; of equal values, the first place stays. */
template <Second Kind, bool Begins>
VECTORS void raise_sum(const float* __restrict a, const float* __restrict b, const float* __restrict gates, int64_t c,
                       int32_t place, float* __restrict greatest, int32_t* __restrict where) {
  for (int64_t k = 0; k < c; k++) {
    const float v = sum_of<Kind>(a[k], Kind == Second::none ? 0.f : b[k], Kind == Second::gated ? gates[k] : 1.f);
    if (Begins) {
      greatest[k] = v;
      where[k] = 0;
    } else {
      const bool is_more = v > greatest[k];
      greatest[k] = is_more ? v : greatest[k];
      where[k] = is_more ? place : where[k];
    }
  }
}

/** Writes a window's places, and what ReLU leaves of its maxima where it stands behind. */
VECTORS void end_window(int64_t c, bool relu, const int32_t* __restrict where, float* __restrict y,
                        uint8_t* __restrict places) {
  if (!relu) {
    for (int64_t k = 0; k < c; k++) places[k] = static_cast<uint8_t>(where[k]);
    return;
  }
  for (int64_t k = 0; k < c; k++) {
    const bool is_cut = y[k] <= 0.f;
    places[k] = static_cast<uint8_t>(is_cut ? NOWHERE : where[k]);
    y[k] = is_cut ? 0.f : y[k];
  }
}

/** Inputs: a; b or nothing; gates [n, c] or nothing. Outputs: y = max of a + gates b over each window; its places. */
template <Second Kind>
void sum_pool(const Pooling& op, Call& call) {
  const PooledMap map(op, call.shape(0));
  const float *a = call.input(0), *b = call.input(1), *gates = call.input(2);
  const std::vector<int64_t> pooled = {map.n, map.oh, map.ow, map.c};
  float* y = call.output(0, pooled);
  uint8_t* places = call.bytes_output(1, pooled);
  if (!call.ok()) return;
  Pool::get().run(map.parts(), [&](int64_t i) {
    const PooledPart part = map.part(i);
    const float* gate = Kind == Second::gated ? gates + part.example * map.c : nullptr;
    std::vector<int32_t> where(map.c);
    for (int64_t j = part.from; j < part.to; j++) {
      const int64_t out = map.pooled_at(part, j);
      for (int64_t di = 0; di < op.pool_h; di++)
        for (int64_t dj = 0; dj < op.pool_w; dj++) {
          const int64_t at = map.at(part.example, part.row * op.stride_h + di, j * op.stride_w + dj);
          const int32_t place = static_cast<int32_t>(di * op.pool_w + dj);
          const auto raise = place == 0 ? raise_sum<Kind, true> : raise_sum<Kind, false>;
          raise(a + at, Kind == Second::none ? nullptr : b + at, gate, map.c, place, y + out, where.data());
        }
      end_window(map.c, op.relu != 0, where.data(), y + out, places + out);
    }
  });
}

/**
 * The gradient of one place of a window: dy where the maximum lies here; that times the gate for b; that of the gate is dy
 * times b, summed.
 */
template <bool Gated>
VECTORS void place_gradient(const float* __restrict dy, const uint8_t* __restrict places, int64_t c, int place,
                            const float* __restrict b, const float* __restrict gates, float* __restrict da,
                            float* __restrict db, float* __restrict dgates) {
  for (int64_t k = 0; k < c; k++) {
    const float g = places[k] == place ? dy[k] : 0.f;
    da[k] = g;
    if (Gated) {
      db[k] = g * gates[k];
      dgates[k] += g * b[k];
    }
  }
}

/**
 * Gradients of `sum_pool`. Inputs: dy, places, the shape of a, and b and gates or nothing; outputs: da, which is that of b
 * too where there are no gates, and with gates db and dgates.
 */
template <bool Gated>
void sum_pool_grad(const Pooling& op, const std::vector<int64_t>& shape, Call& call) {
  const PooledMap map(op, shape);
  const int64_t c = map.c;
  const float *dy = call.input(0), *b = call.input(3), *gates = call.input(4);
  const uint8_t* places = call.bytes(1);
  float* da = call.output(0, shape);
  float* db = call.output(1, Gated ? shape : std::vector<int64_t>{0});
  float* dgates = call.output(2, Gated ? std::vector<int64_t>{map.n, c} : std::vector<int64_t>{0});
  if (!call.ok()) return;
  std::vector<float> sums(Gated ? map.parts() * c : 0, 0.f);
  Pool::get().run(map.parts(), [&](int64_t i) {
    const PooledPart part = map.part(i);
    const float* gate = Gated ? gates + part.example * c : nullptr;
    float* sum = Gated ? sums.data() + i * c : nullptr;
    const auto clear = [&](int64_t row, int64_t from, int64_t to) {
      if (from >= to) return;
      const int64_t at = map.at(part.example, row, from);
      std::fill(da + at, da + at + (to - from) * c, 0.f);
      if (Gated) std::fill(db + at, db + at + (to - from) * c, 0.f);
    };
    const int64_t top = part.row * op.stride_h, left = part.from * op.stride_w;
    const int64_t bottom = part.row + 1 < map.oh ? top + op.stride_h : map.h;
    const int64_t right = part.to < map.ow ? part.to * op.stride_w : map.w;
    for (int64_t row = top; row < bottom; row++) {
      const int64_t di = row - top;
      if (di >= op.pool_h) {
        clear(row, left, right);
        continue;
      }
      for (int64_t j = part.from; j < part.to; j++) {
        const int64_t out = map.pooled_at(part, j);
        for (int64_t dj = 0; dj < op.pool_w; dj++) {
          const int64_t at = map.at(part.example, row, j * op.stride_w + dj);
          place_gradient<Gated>(dy + out, places + out, c, static_cast<int>(di * op.pool_w + dj),
                                Gated ? b + at : nullptr, gate, da + at, Gated ? db + at : nullptr, sum);
        }
        clear(row, j * op.stride_w + op.pool_w, j + 1 < part.to ? (j + 1) * op.stride_w : right);
      }
    }
  });
  if (!Gated) return;
  const int64_t parts = map.oh * map.blocks;
  for (int64_t n = 0; n < map.n; n++)
    for (int64_t k = 0; k < c; k++) {
      double total = 0;
      for (int64_t i = 0; i < parts; i++) total += sums[(n * parts + i) * c + k];
      dgates[n * c + k] = static_cast<float>(total);
    }
}

/** What is wrong with a call, or null. */
inline const char* problem_of(const Pooling& op, const std::vector<int64_t>& a, int64_t b, int64_t gates) {
  if (!op.fits(a)) return "the map must be [batch, height, width, channels] and hold a window";
  if (op.pool_h > op.stride_h || op.pool_w > op.stride_w || op.pool_h * op.pool_w > NOWHERE)
    return "windows must lie apart and have 255 places at most";
  if (b != 0 && b != a[0] * a[1] * a[2] * a[3]) return "both maps must have one shape";
  if (gates != 0 && (gates != a[0] * a[3] || b == 0)) return "gates must be [batch, channels], of a second map";
  return nullptr;
}

void compute_sum_pool(void* self, TF_OpKernelContext* context) {
  const Pooling& op = *static_cast<const Pooling*>(self);
  Call call(context);
  if (!call.ok()) return;
  const int64_t b = call.elements(1), gates = call.elements(2);
  if (const char* problem = problem_of(op, call.shape(0), b, gates)) return call.fail(problem);
  if (gates > 0) return sum_pool<Second::gated>(op, call);
  b > 0 ? sum_pool<Second::plain>(op, call) : sum_pool<Second::none>(op, call);
}

void compute_sum_pool_grad(void* self, TF_OpKernelContext* context) {
  const Pooling& op = *static_cast<const Pooling*>(self);
  Call call(context);
  if (!call.ok()) return;
  if (call.elements(2) != 4) return call.fail("the shape must have four sizes");
  const int32_t* sizes = call.integers(2);
  const std::vector<int64_t> shape(sizes, sizes + 4);
  const int64_t gates = call.elements(4);
  if (const char* problem = problem_of(op, shape, call.elements(3), gates)) return call.fail(problem);
  const PooledMap map(op, shape);
  if (call.elements(0) != map.pooled() || call.elements(1) != map.pooled()) return call.fail("dy must have the pooled shape");
  gates > 0 ? sum_pool_grad<true>(op, shape, call) : sum_pool_grad<false>(op, shape, call);
}

}  // namespace polytag
