// Adam over all weights at once (Kingma and Ba 2015).
#pragma once
#include <cmath>

#include "parallel.h"
#include "tensors.h"

namespace polytag {

VECTORS void adam(int64_t size, const float* __restrict w, const float* __restrict m, const float* __restrict v,
                  const float* __restrict g, float clip, float decay, const float* __restrict settings,
                  float* __restrict new_w, float* __restrict new_m, float* __restrict new_v) {
  const float rate = settings[0], keep_m = settings[1], take_m = settings[2], keep_v = settings[3];
  const float take_v = settings[4], epsilon = settings[5];
  for (int64_t i = 0; i < size; i++) {
    const float gradient = g[i] * clip;
    const float mean = m[i] * keep_m + gradient * take_m;
    const float square = v[i] * keep_v + gradient * gradient * take_v;
    new_m[i] = mean;
    new_v[i] = square;
    new_w[i] = w[i] * decay - rate * mean / (std::sqrt(square) + epsilon);
  }
}

VECTORS double sum_of_squares(const float* x, int64_t size) {
  double total = 0;
  constexpr int64_t PART = 4096;
  for (int64_t from = 0; from < size; from += PART) {
    float lanes[16] = {};
    const int64_t end = std::min(size, from + PART);
    int64_t i = from;
    for (; i + 16 <= end; i += 16)
      for (int k = 0; k < 16; k++) lanes[k] += x[i + k] * x[i + k];
    for (; i < end; i++) lanes[0] += x[i] * x[i];
    for (float lane : lanes) total += lane;
  }
  return total;
}

/**
 * One step of Adam for n weights. Inputs: n weights, n first and n second moments, n gradients, then the settings:
 * [rate with the bias correction, β1, 1 - β1, β2, 1 - β2, ε, largest joint norm of the gradients or 0, factor of each
 * weight (decay)].
 * Outputs: n weights, n first and n second moments.
 */
void compute_adam(void*, TF_OpKernelContext* context) {
  Call call(context);
  if (!call.ok()) return;
  const int n = (call.count() - 1) / 4;
  if (call.elements(4 * n) != 7 + n) return call.fail("the settings must be seven numbers and one for each weight");
  const float* settings = call.input(4 * n);
  for (int i = 0; i < n; i++)
    for (int j = 1; j < 4; j++)
      if (call.elements(i) != call.elements(j * n + i)) return call.fail("moments and gradients must have the weights' shapes");
  std::vector<float*> out(3 * n);
  for (int j = 0; j < 3 * n; j++) out[j] = call.output(j, call.shape(j % n));
  if (!call.ok()) return;
  float clip = 1.f;
  if (settings[6] > 0) {
    std::vector<double> squares(n);
    Pool::get().run(n, [&](int64_t i) { squares[i] = sum_of_squares(call.input(3 * n + i), call.elements(i)); });
    double total = 0;
    for (double square : squares) total += square;
    const double norm = std::sqrt(total);
    if (!(norm <= settings[6])) clip = static_cast<float>(settings[6] / norm);
  }
  Pool::get().run(n, [&](int64_t i) {
    adam(call.elements(i), call.input(i), call.input(n + i), call.input(2 * n + i), call.input(3 * n + i), clip,
         settings[7 + i], settings, out[i], out[n + i], out[2 * n + i]);
  });
}

}  // namespace polytag
