// Batch normalisation, max-pooling and ReLU in one pass each way.
#pragma once
#include <cmath>

#include "parallel.h"
#include "pooling.h"
#include "tensors.h"

namespace polytag {

/** Attributes of the two operations below. */
struct NormPool : Pooling {
  /** Whether max(x + bias, 0) is normalised. */
  int64_t rectified;
  float epsilon;

  NormPool(TF_OpKernelConstruction* construction, TF_Status* status) : Pooling(construction, status) {
    TF_OpKernelConstruction_GetAttrInt64(construction, "rectified", &rectified, status);
    TF_OpKernelConstruction_GetAttrFloat(construction, "epsilon", &epsilon, status);
  }
};

/** What is normalised: x itself, or max(x + bias, 0). */
template <bool Rectified>
inline float value_of(float x, float bias) {
  if (!Rectified) return x;
  const float sum = x + bias;
  return sum > 0.f ? sum : 0.f;
}

/** Adds a row's values less a pivot, and their squares, to sums over channels, all [c]. */
template <bool Rectified>
VECTORS void add_moments(const float* __restrict x, int64_t w, int64_t c, const float* __restrict bias,
                         const float* __restrict pivot, float* __restrict sum, float* __restrict square) {
  for (int64_t j = 0; j < w; j++, x += c)
    for (int64_t k = 0; k < c; k++) {
      const float d = value_of<Rectified>(x[k], bias[k]) - pivot[k];
      sum[k] += d;
      square[k] += d * d;
    }
}

/** Raises the greatest values of a window, of each channel times its sign, by those of one position. */
template <bool Rectified>
VECTORS void raise(const float* __restrict x, int64_t c, const float* __restrict bias, const float* __restrict sign,
                   float* __restrict greatest) {
  for (int64_t k = 0; k < c; k++) {
    const float v = sign[k] * value_of<Rectified>(x[k], bias[k]);
    greatest[k] = v > greatest[k] ? v : greatest[k];
  }
}

/** Scale and shift of w positions, and ReLU where `least` is 0; it is -infinity elsewhere. */
template <bool Rectified>
VECTORS void affine(const float* __restrict x, int64_t w, int64_t c, const float* __restrict bias,
                    const float* __restrict scale, const float* __restrict shift, float least, float* __restrict y) {
  for (int64_t j = 0; j < w; j++, x += c, y += c)
    for (int64_t k = 0; k < c; k++) {
      const float v = value_of<Rectified>(x[k], bias[k]) * scale[k] + shift[k];
      y[k] = v < least ? least : v;  // NaN stays.
    }
}

VECTORS void multiply(float* __restrict x, int64_t c, const float* __restrict factor) {
  for (int64_t k = 0; k < c; k++) x[k] *= factor[k];
}

/**
 * Normalises by the batch's moments, then pools: y = pooled (γ (r - mean) / sqrt(var + ε) + β), r = x or max(x + b, 0).
 * The normalisation is monotonic in each channel, so the window's extreme of r is pooled, and only that is normalised.
 * Outputs: y, or max(y, 0); the extremes of r, none where each element is a window; mean and variance (biased).
 */
template <bool Rectified>
void norm_pool(const NormPool& op, Call& call) {
  const Sizes s(op, call.shape(0));
  const float *x = call.input(0), *bias = call.input(1), *gamma = call.input(2), *beta = call.input(3);
  const std::vector<int64_t> pooled = {s.n, s.oh, s.ow, s.c};
  float* y = call.output(0, pooled);
  float* extreme = call.output(1, op.is_whole() ? std::vector<int64_t>{0} : pooled);
  float* mean = call.output(2, {s.c});
  float* variance = call.output(3, {s.c});
  if (!call.ok()) return;
  const int64_t c = s.c;
  std::vector<float> sign(c), pivot(c, 0.f), scale(c), shift(c);
  for (int64_t k = 0; k < c; k++) sign[k] = gamma[k] < 0.f ? -1.f : 1.f;
  // Squares of differences from a value near the mean lose no digits where the mean is far from zero.
  for (int64_t j = 0; j < s.w; j++)
    for (int64_t k = 0; k < c; k++) pivot[k] += value_of<Rectified>(x[j * c + k], Rectified ? bias[k] : 0.f);
  for (float& p : pivot) p /= static_cast<float>(s.w);
  std::vector<float> none(Rectified ? 0 : c, 0.f);
  const float* b = Rectified ? bias : none.data();
  std::vector<double> sums(s.n * 2 * c, 0.);
  Pool::get().run(s.n, [&](int64_t n) {
    const float* image = x + n * s.h * s.w * c;
    float* out = extreme + n * s.oh * s.ow * c;
    std::vector<float> row(2 * c);
    double* total = sums.data() + n * 2 * c;
    int64_t counted = 0;
    // Rows are summed when a window first needs them, while they are in the cache.
    const auto count_to = [&](int64_t end) {
      for (; counted < end; counted++) {
        std::fill(row.begin(), row.end(), 0.f);
        add_moments<Rectified>(image + counted * s.w * c, s.w, c, b, pivot.data(), row.data(), row.data() + c);
        for (int64_t k = 0; k < 2 * c; k++) total[k] += row[k];
      }
    };
    for (int64_t i = 0; i < s.oh && !op.is_whole(); i++) {
      count_to(i * op.stride_h + op.pool_h);
      for (int64_t j = 0; j < s.ow; j++, out += c) {
        std::fill(out, out + c, -INFINITY);
        for (int64_t di = 0; di < op.pool_h; di++)
          for (int64_t dj = 0; dj < op.pool_w; dj++)
            raise<Rectified>(image + ((i * op.stride_h + di) * s.w + j * op.stride_w + dj) * c, c, b, sign.data(), out);
        multiply(out, c, sign.data());
      }
    }
    count_to(s.h);
  });
  const double count = static_cast<double>(s.n * s.h * s.w);
  for (int64_t k = 0; k < c; k++) {
    double sum = 0, square = 0;
    for (int64_t n = 0; n < s.n; n++) {
      sum += sums[n * 2 * c + k];
      square += sums[n * 2 * c + c + k];
    }
    const double offset = sum / count;
    const double spread = std::max(0., square / count - offset * offset);
    mean[k] = static_cast<float>(pivot[k] + offset);
    variance[k] = static_cast<float>(spread);
    scale[k] = static_cast<float>(gamma[k] / std::sqrt(spread + op.epsilon));
    shift[k] = static_cast<float>(beta[k] - (pivot[k] + offset) * scale[k]);
  }
  const float least = op.relu ? 0.f : -INFINITY;
  Pool::get().run(s.n * s.oh, [&](int64_t row) {
    const int64_t at = row * s.ow * c;
    if (op.is_whole())
      affine<Rectified>(x + at, s.ow, c, b, scale.data(), shift.data(), least, y + at);
    else
      affine<false>(extreme + at, s.ow, c, b, scale.data(), shift.data(), least, y + at);
  });
}

/** The gradient of y at an extreme e, which ReLU leaves where y is above 0. */
template <bool Relu>
inline float behind_relu(float dy, float e, float scale, float shift) {
  return !Relu || e * scale + shift > 0.f ? dy : 0.f;
}

/** The gradient of x at r: of max(x + bias, 0) nothing where that is 0, and what is left is added to that of the bias. */
template <bool Rectified>
inline float before_norm(float gradient, float r, float* dbias) {
  if (!Rectified) return gradient;
  const float left = r > 0.f ? gradient : 0.f;
  *dbias += left;
  return left;
}

/** Sums of dy and of dy (e - mean) over positions of a row of the pooled map, [c] each. */
template <bool Rectified, bool Relu>
VECTORS void add_gradients(const float* __restrict dy, const float* __restrict extreme, int64_t w, int64_t c,
                           const float* __restrict bias, const float* __restrict mean, const float* __restrict scale,
                           const float* __restrict shift, float* __restrict sum, float* __restrict product) {
  for (int64_t j = 0; j < w; j++, dy += c, extreme += c)
    for (int64_t k = 0; k < c; k++) {
      const float e = value_of<Rectified>(extreme[k], bias[k]);
      const float g = behind_relu<Relu>(dy[k], e, scale[k], shift[k]);
      sum[k] += g;
      product[k] += g * (e - mean[k]);
    }
}

/** A window's gradient before it is spread: that of y, times its scale. */
template <bool Relu>
VECTORS void begin_gradient(const float* __restrict dy, const float* __restrict extreme, int64_t c,
                            const float* __restrict scale, const float* __restrict shift, float* __restrict left) {
  for (int64_t k = 0; k < c; k++) left[k] = behind_relu<Relu>(dy[k], extreme[k], scale[k], shift[k]) * scale[k];
}

/** The gradient of w positions that are windows of their own. */
template <bool Rectified, bool Relu>
VECTORS void whole_gradient(const float* __restrict dy, const float* __restrict x, int64_t w, int64_t c,
                            const float* __restrict bias, const float* __restrict scale, const float* __restrict shift,
                            const float* __restrict constant, const float* __restrict slope, float* __restrict dx,
                            float* __restrict dbias) {
  for (int64_t j = 0; j < w; j++, dy += c, x += c, dx += c)
    for (int64_t k = 0; k < c; k++) {
      const float r = value_of<Rectified>(x[k], bias[k]);
      const float own = behind_relu<Relu>(dy[k], r, scale[k], shift[k]) * scale[k];
      dx[k] = before_norm<Rectified>(constant[k] + slope[k] * r + own, r, dbias + k);
    }
}

/**
 * The gradient at one position of x: constant + slope r, plus what is left of its window's gradient where r is the
 * window's extreme, which then is used up: of equal values, the first takes it, as in TensorFlow.
 */
template <bool Rectified>
VECTORS void spread_gradient(const float* __restrict x, int64_t c, const float* __restrict bias,
                             const float* __restrict constant, const float* __restrict slope,
                             const float* __restrict extreme, float* __restrict left, float* __restrict dx,
                             float* __restrict dbias) {
  for (int64_t k = 0; k < c; k++) {
    const float r = value_of<Rectified>(x[k], bias[k]);
    const float rest = left[k];
    const bool hit = r == extreme[k];
    left[k] = hit ? 0.f : rest;
    dx[k] = before_norm<Rectified>(constant[k] + slope[k] * r + (hit ? rest : 0.f), r, dbias + k);
  }
}

/** The same outside of every window. */
template <bool Rectified>
VECTORS void plain_gradient(const float* __restrict x, int64_t c, const float* __restrict bias,
                            const float* __restrict constant, const float* __restrict slope, float* __restrict dx,
                            float* __restrict dbias) {
  for (int64_t k = 0; k < c; k++) {
    const float r = value_of<Rectified>(x[k], bias[k]);
    dx[k] = before_norm<Rectified>(constant[k] + slope[k] * r, r, dbias + k);
  }
}

/** Adds a window's gradient where r is its extreme, to a gradient that `plain_gradient` began: windows may overlap. */
template <bool Rectified>
VECTORS void add_gradient(const float* __restrict x, int64_t c, const float* __restrict bias,
                          const float* __restrict extreme, float* __restrict left, float* __restrict dx,
                          float* __restrict dbias) {
  for (int64_t k = 0; k < c; k++) {
    const float r = value_of<Rectified>(x[k], bias[k]);
    const float rest = left[k];
    const bool hit = r == extreme[k];
    left[k] = hit ? 0.f : rest;
    dx[k] += before_norm<Rectified>(hit ? rest : 0.f, r, dbias + k);
  }
}

/** Gradients of `norm_pool`. Inputs: dy, x, bias, gamma, beta, extreme, mean, variance; outputs: dx, dbias, dgamma, dbeta. */
template <bool Rectified, bool Relu>
void norm_pool_grad(const NormPool& op, Call& call) {
  const Sizes s(op, call.shape(1));
  const int64_t c = s.c;
  const float *dy = call.input(0), *x = call.input(1), *bias = call.input(2), *gamma = call.input(3), *beta = call.input(4);
  const float *extreme = call.input(5), *mean = call.input(6), *variance = call.input(7);
  float* dx = call.output(0, call.shape(1));
  float* dbias = call.output(1, {Rectified ? c : 0});
  float* dgamma = call.output(2, {c});
  float* dbeta = call.output(3, {c});
  if (!call.ok()) return;
  std::vector<float> scale(c), shift(c), none(Rectified ? 0 : c, 0.f);
  const float* b = Rectified ? bias : none.data();
  for (int64_t k = 0; k < c; k++) {
    const double factor = gamma[k] / std::sqrt(static_cast<double>(variance[k]) + op.epsilon);
    scale[k] = static_cast<float>(factor);
    shift[k] = static_cast<float>(beta[k] - mean[k] * factor);
  }
  std::vector<double> sums(s.n * 2 * c, 0.);
  Pool::get().run(s.n, [&](int64_t n) {
    std::vector<float> row(2 * c);
    double* total = sums.data() + n * 2 * c;
    for (int64_t i = 0; i < s.oh; i++) {
      const int64_t at = (n * s.oh + i) * s.ow * c;
      std::fill(row.begin(), row.end(), 0.f);
      const auto add = op.is_whole() ? add_gradients<Rectified, Relu> : add_gradients<false, Relu>;
      add(dy + at, (op.is_whole() ? x : extreme) + at, s.ow, c, b, mean, scale.data(), shift.data(), row.data(),
          row.data() + c);
      for (int64_t k = 0; k < 2 * c; k++) total[k] += row[k];
    }
  });
  const double count = static_cast<double>(s.n * s.h * s.w);
  std::vector<float> constant(c), slope(c);
  for (int64_t k = 0; k < c; k++) {
    double sum = 0, product = 0;
    for (int64_t n = 0; n < s.n; n++) {
      sum += sums[n * 2 * c + k];
      product += sums[n * 2 * c + c + k];
    }
    const double inverse = 1. / std::sqrt(static_cast<double>(variance[k]) + op.epsilon);
    const double factor = gamma[k] * inverse;
    const double along = -factor * product * inverse * inverse / count;
    dbeta[k] = static_cast<float>(sum);
    dgamma[k] = static_cast<float>(product * inverse);
    slope[k] = static_cast<float>(along);
    constant[k] = static_cast<float>(-factor * sum / count - along * mean[k]);
  }
  std::vector<double> biases(Rectified ? s.n * c : 0, 0.);
  Pool::get().run(s.n, [&](int64_t n) {
    const int64_t start = n * s.h * s.w * c;
    std::vector<float> left(c), row(Rectified ? c : 0, 0.f);
    const auto flush = [&] {
      if (!Rectified) return;
      double* total = biases.data() + n * c;
      for (int64_t k = 0; k < c; k++) total[k] += row[k];
      std::fill(row.begin(), row.end(), 0.f);
    };
    const auto plain = [&](int64_t i, int64_t from, int64_t to) {
      for (int64_t j = from; j < to; j++) {
        const int64_t at = start + (i * s.w + j) * c;
        plain_gradient<Rectified>(x + at, c, b, constant.data(), slope.data(), dx + at, row.data());
      }
    };
    if (op.is_whole()) {
      for (int64_t i = 0; i < s.h; i++) {
        const int64_t at = start + i * s.w * c;
        whole_gradient<Rectified, Relu>(dy + at, x + at, s.w, c, b, scale.data(), shift.data(), constant.data(),
                                        slope.data(), dx + at, row.data());
        flush();
      }
      return;
    }
    // Every element lies in one window at most, and nothing has to be added up.
    const bool apart = (op.pool_h <= op.stride_h || s.oh == 1) && (op.pool_w <= op.stride_w || s.ow == 1);
    int64_t begun = 0;
    const auto begin_to = [&](int64_t end) {
      for (; begun < end; begun++) {
        plain(begun, 0, s.w);
        flush();
      }
    };
    for (int64_t i = 0; i < s.oh; i++) {
      const int64_t top = i * op.stride_h;
      if (!apart) begin_to(top + op.pool_h);
      for (int64_t j = 0; j < s.ow; j++) {
        const int64_t out = ((n * s.oh + i) * s.ow + j) * c;
        begin_gradient<Relu>(dy + out, extreme + out, c, scale.data(), shift.data(), left.data());
        for (int64_t di = 0; di < op.pool_h; di++)
          for (int64_t dj = 0; dj < op.pool_w; dj++) {
            const int64_t at = start + ((top + di) * s.w + j * op.stride_w + dj) * c;
            if (apart)
              spread_gradient<Rectified>(x + at, c, b, constant.data(), slope.data(), extreme + out, left.data(),
                                         dx + at, row.data());
            else
              add_gradient<Rectified>(x + at, c, b, extreme + out, left.data(), dx + at, row.data());
          }
        if (apart)
          for (int64_t di = 0; di < op.pool_h; di++)
            plain(top + di, j * op.stride_w + op.pool_w, j + 1 < s.ow ? (j + 1) * op.stride_w : s.w);
      }
      flush();
      if (apart) {
        begun = i + 1 < s.oh ? top + op.stride_h : s.h;
        for (int64_t rest = top + op.pool_h; rest < begun; rest++) plain(rest, 0, s.w);
        flush();
      }
    }
    begin_to(s.h);
  });
  if (Rectified)
    for (int64_t k = 0; k < c; k++) {
      double sum = 0;
      for (int64_t n = 0; n < s.n; n++) sum += biases[n * c + k];
      dbias[k] = static_cast<float>(sum);
    }
}

bool fits(const NormPool& op, Call& call, int x) {
  if (!call.ok()) return false;
  const std::vector<int64_t> shape = call.shape(x);
  if (!op.fits(shape)) {
    call.fail("x must be [batch, height, width, channels] and hold a window");
    return false;
  }
  for (int i = x + 1; i < call.count(); i++) {
    if (i == 5 && x == 1) continue;  // The extremes.
    const bool is_bias = i == x + 1;
    if (call.elements(i) != shape[3] && !(is_bias && op.rectified == 0)) {
      call.fail("bias, gamma, beta, mean and variance must be [channels]");
      return false;
    }
  }
  return true;
}

void compute_norm_pool(void* self, TF_OpKernelContext* context) {
  const NormPool& op = *static_cast<NormPool*>(self);
  Call call(context);
  if (!fits(op, call, 0)) return;
  op.rectified ? norm_pool<true>(op, call) : norm_pool<false>(op, call);
}

void compute_norm_pool_grad(void* self, TF_OpKernelContext* context) {
  const NormPool& op = *static_cast<NormPool*>(self);
  Call call(context);
  if (!fits(op, call, 1)) return;
  const Sizes s(op, call.shape(1));
  if (call.elements(0) != s.pooled() || call.elements(5) != (op.is_whole() ? 0 : s.pooled()))
    return call.fail("dy and the extremes must have the pooled shape");
  if (op.rectified)
    op.relu ? norm_pool_grad<true, true>(op, call) : norm_pool_grad<true, false>(op, call);
  else
    op.relu ? norm_pool_grad<false, true>(op, call) : norm_pool_grad<false, false>(op, call);
}

}  // namespace polytag
