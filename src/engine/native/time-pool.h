// Mean and maximum over the steps of a sequence that a mask keeps.
#pragma once
#include <cmath>

#include "parallel.h"
#include "tensors.h"

namespace polytag {

/** What stands beside a masked step's values in the maximum; as `MASKED` of models/layers/pooling.ts. */
constexpr float MASKED = -1e9f;

/** Adds a step to sums and raises the maxima by it, of channels [from, to). */
VECTORS void add_step(const float* __restrict x, int64_t from, int64_t to, float kept, float* __restrict sum,
                      float* __restrict greatest) {
  const float penalty = (1 - kept) * MASKED;
  for (int64_t k = from; k < to; k++) {
    sum[k] += x[k] * kept;
    const float v = x[k] + penalty;
    greatest[k] = v > greatest[k] || v != v ? v : greatest[k];
  }
}

/** The gradient of a step: its part of the mean's, and that of the maximum where it is the greatest. */
VECTORS void step_gradient(const float* __restrict x, int64_t c, float kept, float share, const float* __restrict dmean,
                           const float* __restrict dmax, const float* __restrict greatest, float* __restrict dx) {
  const float penalty = (1 - kept) * MASKED;
  for (int64_t k = 0; k < c; k++) dx[k] = dmean[k] * share + (x[k] + penalty == greatest[k] ? dmax[k] : 0.f);
}

/** Steps that count: at least 1, so that a sequence without any has a mean of 0. */
inline float count_steps(const float* mask, int64_t steps) {
  float count = 0;
  for (int64_t t = 0; t < steps; t++) count += mask[t];
  return std::max(count, 1.f);
}

/** Whether the shapes are those of a sequence [n, steps, c] with its mask [n, steps]. */
inline bool is_sequence(const std::vector<int64_t>& x, const std::vector<int64_t>& mask) {
  return x.size() == 3 && mask.size() == 2 && mask[0] == x[0] && mask[1] == x[1] && x[1] > 0;
}

/** Inputs: x [n, steps, c], mask [n, steps]. Output: mean and maximum over the steps, side by side, [n, 2c]. */
inline void compute_time_pool(void*, TF_OpKernelContext* context) {
  Call call(context);
  if (!call.ok()) return;
  const std::vector<int64_t> shape = call.shape(0);
  if (!is_sequence(shape, call.shape(1))) return call.fail("the mask must have the sequence's steps");
  const int64_t n = shape[0], steps = shape[1], c = shape[2];
  const float *x = call.input(0), *mask = call.input(1);
  float* y = call.output(0, {n, 2 * c});
  if (!call.ok()) return;
  constexpr int64_t CHANNELS = 256;
  const int64_t blocks = (c + CHANNELS - 1) / CHANNELS;
  Pool::get().run(n * blocks, [&](int64_t part) {
    const int64_t i = part / blocks, from = part % blocks * CHANNELS, to = std::min(c, from + CHANNELS);
    float *sum = y + i * 2 * c, *greatest = sum + c;
    std::fill(sum + from, sum + to, 0.f);
    std::fill(greatest + from, greatest + to, -INFINITY);
    for (int64_t t = 0; t < steps; t++) add_step(x + (i * steps + t) * c, from, to, mask[i * steps + t], sum, greatest);
    const float count = count_steps(mask + i * steps, steps);
    for (int64_t k = from; k < to; k++) sum[k] /= count;
  });
}

/** Inputs: dy [n, 2c], x, mask, y. Output: dx. Of equal maxima each takes the gradient, as TensorFlow.js has it. */
inline void compute_time_pool_grad(void*, TF_OpKernelContext* context) {
  Call call(context);
  if (!call.ok()) return;
  const std::vector<int64_t> shape = call.shape(1);
  if (!is_sequence(shape, call.shape(2))) return call.fail("the mask must have the sequence's steps");
  const int64_t n = shape[0], steps = shape[1], c = shape[2];
  if (call.elements(0) != n * 2 * c || call.elements(3) != n * 2 * c)
    return call.fail("the gradient must have the output's shape");
  const float *dy = call.input(0), *x = call.input(1), *mask = call.input(2), *y = call.input(3);
  float* dx = call.output(0, shape);
  if (!call.ok()) return;
  constexpr int64_t STEPS = 64;
  const int64_t blocks = (steps + STEPS - 1) / STEPS;
  Pool::get().run(n * blocks, [&](int64_t part) {
    const int64_t i = part / blocks, from = part % blocks * STEPS;
    const float count = count_steps(mask + i * steps, steps);
    for (int64_t t = from; t < std::min(steps, from + STEPS); t++) {
      const int64_t at = i * steps + t;
      step_gradient(x + at * c, c, mask[at], mask[at] / count, dy + i * 2 * c, dy + i * 2 * c + c, y + i * 2 * c + c,
                    dx + at * c);
    }
  });
}

}  // namespace polytag
