// Operations for TensorFlow's CPU that training needs and TensorFlow has only in pieces: batch normalisation with
// max-pooling in one pass each way, dropout whose mask is drawn on the way, and Adam over all weights at once. Registered
// through TensorFlow's C interface (tensorflow/c/kernels.h, ops.h), whose functions are declared here, as the wheel's
// headers are not unpacked. src/engine/ops/ calls them; without this library it composes them of TensorFlow's own.
#include <algorithm>
#include <cmath>
#include <condition_variable>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>
#ifdef __GLIBC__
#include <malloc.h>
#endif

extern "C" {
struct TF_Status;
struct TF_Tensor;
struct TF_OpKernelContext;
struct TF_OpKernelConstruction;
struct TF_KernelBuilder;
struct TF_OpDefinitionBuilder;
struct TF_ShapeInferenceContext;
TF_Status* TF_NewStatus();
void TF_DeleteStatus(TF_Status*);
void TF_SetStatus(TF_Status*, int code, const char* message);
int TF_GetCode(const TF_Status*);
const char* TF_Message(const TF_Status*);
void* TF_TensorData(const TF_Tensor*);
int TF_NumDims(const TF_Tensor*);
int64_t TF_Dim(const TF_Tensor*, int);
int64_t TF_TensorElementCount(const TF_Tensor*);
void TF_DeleteTensor(TF_Tensor*);
TF_OpDefinitionBuilder* TF_NewOpDefinitionBuilder(const char*);
void TF_OpDefinitionBuilderAddAttr(TF_OpDefinitionBuilder*, const char*);
void TF_OpDefinitionBuilderAddInput(TF_OpDefinitionBuilder*, const char*);
void TF_OpDefinitionBuilderAddOutput(TF_OpDefinitionBuilder*, const char*);
void TF_OpDefinitionBuilderSetShapeInferenceFunction(TF_OpDefinitionBuilder*,
                                                     void (*)(TF_ShapeInferenceContext*, TF_Status*));
void TF_ShapeInferenceContextSetUnknownShape(TF_ShapeInferenceContext*, TF_Status*);
void TF_RegisterOpDefinition(TF_OpDefinitionBuilder*, TF_Status*);
TF_KernelBuilder* TF_NewKernelBuilder(const char* op, const char* device,
                                      void* (*create)(TF_OpKernelConstruction*),
                                      void (*compute)(void*, TF_OpKernelContext*), void (*destroy)(void*));
void TF_RegisterKernelBuilder(const char* name, TF_KernelBuilder*, TF_Status*);
void TF_GetInput(TF_OpKernelContext*, int, TF_Tensor**, TF_Status*);
TF_Tensor* TF_AllocateOutput(TF_OpKernelContext*, int index, int dtype, const int64_t* dims, int num_dims,
                             size_t bytes, TF_Status*);
int TF_NumInputs(TF_OpKernelContext*);
void TF_OpKernelContext_Failure(TF_OpKernelContext*, TF_Status*);
void TF_OpKernelConstruction_GetAttrInt64(TF_OpKernelConstruction*, const char*, int64_t*, TF_Status*);
void TF_OpKernelConstruction_GetAttrFloat(TF_OpKernelConstruction*, const char*, float*, TF_Status*);

// Node's interface (node_api.h), as far as it is used.
struct napi_env__;
struct napi_value__;
struct napi_callback_info__;
typedef napi_value__* (*napi_callback)(napi_env__*, napi_callback_info__*);
int napi_create_function(napi_env__*, const char*, size_t, napi_callback, void*, napi_value__**);
int napi_set_named_property(napi_env__*, napi_value__*, const char*, napi_value__*);
int napi_get_boolean(napi_env__*, bool, napi_value__**);
}

// One binary for every x86-64 processor: the loader takes the widest vectors that it has.
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__) && defined(__linux__)
#define VECTORS __attribute__((target_clones("avx512f", "arch=haswell", "default")))
#else
#define VECTORS
#endif

namespace {

constexpr int FLOAT = 1;
constexpr int INVALID_ARGUMENT = 3;

// ---- Threads ----

/** Threads that wait for parts of one piece of work at a time. What a part computes may not depend on their number. */
class Pool {
 public:
  static Pool& get() {
    static Pool* pool = new Pool(count());  // Never destroyed: its threads may wait when the process ends.
    return *pool;
  }

  /** Calls work(i) for i from 0 to parts - 1, in any order, and returns when all are done. */
  void run(int64_t parts, const std::function<void(int64_t)>& work) {
    if (parts <= 0) return;
    std::lock_guard<std::mutex> one_at_a_time(caller_);
    {
      std::lock_guard<std::mutex> lock(mutex_);
      work_ = &work;
      next_ = 0;
      parts_ = parts;
      busy_ = 0;
    }
    wake_.notify_all();
    take();
    std::unique_lock<std::mutex> lock(mutex_);
    done_.wait(lock, [this] { return busy_ == 0 && next_ >= parts_; });
    work_ = nullptr;
  }

 private:
  explicit Pool(int threads) {
    for (int i = 1; i < threads; i++)
      std::thread([this] {
        for (;;) {
          {
            std::unique_lock<std::mutex> lock(mutex_);
            wake_.wait(lock, [this] { return work_ != nullptr && next_ < parts_; });
          }
          take();
        }
      }).detach();
  }

  /** As many threads as TensorFlow computes with. */
  static int count() {
    const char* wanted = std::getenv("TF_NUM_INTRAOP_THREADS");
    const int threads = wanted ? std::atoi(wanted) : 0;
    return std::max(1, threads > 0 ? threads : static_cast<int>(std::thread::hardware_concurrency()));
  }

  void take() {
    for (;;) {
      int64_t part;
      const std::function<void(int64_t)>* work;
      {
        std::lock_guard<std::mutex> lock(mutex_);
        if (work_ == nullptr || next_ >= parts_) return;
        part = next_++;
        work = work_;
        busy_++;
      }
      (*work)(part);
      std::lock_guard<std::mutex> lock(mutex_);
      if (--busy_ == 0 && next_ >= parts_) done_.notify_all();
    }
  }

  std::mutex caller_, mutex_;
  std::condition_variable wake_, done_;
  const std::function<void(int64_t)>* work_ = nullptr;
  int64_t next_ = 0, parts_ = 0;
  int busy_ = 0;
};

// ---- TensorFlow's tensors ----

/** The inputs of a call and the room for its outputs; `ok()` is false after the first failure, which is reported. */
class Call {
 public:
  explicit Call(TF_OpKernelContext* context) : context_(context), status_(TF_NewStatus()) {
    inputs_.resize(TF_NumInputs(context), nullptr);
    for (size_t i = 0; i < inputs_.size() && ok(); i++) TF_GetInput(context, static_cast<int>(i), &inputs_[i], status_);
  }
  ~Call() {
    if (!ok()) TF_OpKernelContext_Failure(context_, status_);
    for (TF_Tensor* tensor : inputs_)
      if (tensor) TF_DeleteTensor(tensor);
    for (TF_Tensor* tensor : outputs_)
      if (tensor) TF_DeleteTensor(tensor);
    TF_DeleteStatus(status_);
  }
  bool ok() const { return TF_GetCode(status_) == 0; }
  void fail(const char* message) { TF_SetStatus(status_, INVALID_ARGUMENT, message); }
  int count() const { return static_cast<int>(inputs_.size()); }
  int64_t elements(int i) const { return TF_TensorElementCount(inputs_[i]); }
  std::vector<int64_t> shape(int i) const {
    std::vector<int64_t> dims(TF_NumDims(inputs_[i]));
    for (size_t d = 0; d < dims.size(); d++) dims[d] = TF_Dim(inputs_[i], static_cast<int>(d));
    return dims;
  }
  const float* input(int i) const { return static_cast<const float*>(TF_TensorData(inputs_[i])); }
  const int32_t* integers(int i) const { return static_cast<const int32_t*>(TF_TensorData(inputs_[i])); }
  float* output(int index, const std::vector<int64_t>& dims) {
    if (!ok()) return nullptr;
    int64_t size = 1;
    for (int64_t length : dims) size *= length;
    TF_Tensor* tensor = TF_AllocateOutput(context_, index, FLOAT, dims.data(), static_cast<int>(dims.size()),
                                          static_cast<size_t>(size) * sizeof(float), status_);
    outputs_.push_back(tensor);
    return ok() ? static_cast<float*>(TF_TensorData(tensor)) : nullptr;
  }

 private:
  TF_OpKernelContext* context_;
  TF_Status* status_;
  std::vector<TF_Tensor*> inputs_, outputs_;
};

// ---- Batch normalisation and max-pooling ----

/** Attributes of the two operations below. */
struct NormPool {
  int64_t pool_h, pool_w, stride_h, stride_w, rectified;
  float epsilon;

  static void* create(TF_OpKernelConstruction* construction) {
    auto* self = new NormPool();
    TF_Status* status = TF_NewStatus();
    TF_OpKernelConstruction_GetAttrInt64(construction, "pool_h", &self->pool_h, status);
    TF_OpKernelConstruction_GetAttrInt64(construction, "pool_w", &self->pool_w, status);
    TF_OpKernelConstruction_GetAttrInt64(construction, "stride_h", &self->stride_h, status);
    TF_OpKernelConstruction_GetAttrInt64(construction, "stride_w", &self->stride_w, status);
    TF_OpKernelConstruction_GetAttrInt64(construction, "rectified", &self->rectified, status);
    TF_OpKernelConstruction_GetAttrFloat(construction, "epsilon", &self->epsilon, status);
    TF_DeleteStatus(status);
    return self;
  }
  static void destroy(void* self) { delete static_cast<NormPool*>(self); }
};

/** Sizes of a call; x is [n, h, w, c], the pooled map [n, oh, ow, c]. */
struct Sizes {
  int64_t n, h, w, c, oh, ow;
};

Sizes sizes_of(const NormPool& op, const std::vector<int64_t>& x) {
  return {x[0], x[1], x[2], x[3], (x[1] - op.pool_h) / op.stride_h + 1, (x[2] - op.pool_w) / op.stride_w + 1};
}

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

VECTORS void affine(const float* __restrict x, int64_t c, const float* __restrict scale, const float* __restrict shift,
                    float* __restrict y) {
  for (int64_t k = 0; k < c; k++) y[k] = x[k] * scale[k] + shift[k];
}

VECTORS void multiply(float* __restrict x, int64_t c, const float* __restrict factor) {
  for (int64_t k = 0; k < c; k++) x[k] *= factor[k];
}

/**
 * Normalises by the batch's moments, then pools: y = pooled (γ (r - mean) / sqrt(var + ε) + β), r = x or max(x + b, 0).
 * The normalisation is monotonic in each channel, so the window's extreme of r is pooled, and only that is normalised.
 * Outputs: y, the extremes of r, mean and variance (biased).
 */
template <bool Rectified>
void norm_pool(const NormPool& op, Call& call) {
  const Sizes s = sizes_of(op, call.shape(0));
  const float *x = call.input(0), *bias = call.input(1), *gamma = call.input(2), *beta = call.input(3);
  const std::vector<int64_t> pooled = {s.n, s.oh, s.ow, s.c};
  float* y = call.output(0, pooled);
  float* extreme = call.output(1, pooled);
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
    for (int64_t i = 0; i < s.oh; i++) {
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
  Pool::get().run(s.n * s.oh, [&](int64_t row) {
    for (int64_t j = 0; j < s.ow; j++) {
      const int64_t at = (row * s.ow + j) * c;
      affine(extreme + at, c, scale.data(), shift.data(), y + at);
    }
  });
}

/** Sums of dy and of dy (e - mean) over positions of a row of the pooled map, [c] each. */
VECTORS void add_gradients(const float* __restrict dy, const float* __restrict extreme, int64_t w, int64_t c,
                           const float* __restrict mean, float* __restrict sum, float* __restrict product) {
  for (int64_t j = 0; j < w; j++, dy += c, extreme += c)
    for (int64_t k = 0; k < c; k++) {
      sum[k] += dy[k];
      product[k] += dy[k] * (extreme[k] - mean[k]);
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
    float g = constant[k] + slope[k] * r + (hit ? rest : 0.f);
    left[k] = hit ? 0.f : rest;
    if (Rectified) {
      g = r > 0.f ? g : 0.f;
      dbias[k] += g;
    }
    dx[k] = g;
  }
}

/** The same outside of every window. */
template <bool Rectified>
VECTORS void plain_gradient(const float* __restrict x, int64_t c, const float* __restrict bias,
                            const float* __restrict constant, const float* __restrict slope, float* __restrict dx,
                            float* __restrict dbias) {
  for (int64_t k = 0; k < c; k++) {
    const float r = value_of<Rectified>(x[k], bias[k]);
    float g = constant[k] + slope[k] * r;
    if (Rectified) {
      g = r > 0.f ? g : 0.f;
      dbias[k] += g;
    }
    dx[k] = g;
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
    float g = hit ? rest : 0.f;
    left[k] = hit ? 0.f : rest;
    if (Rectified) {
      g = r > 0.f ? g : 0.f;
      dbias[k] += g;
    }
    dx[k] += g;
  }
}

/** Gradients of `norm_pool`. Inputs: dy, x, bias, gamma, extreme, mean, variance; outputs: dx, dbias, dgamma, dbeta. */
template <bool Rectified>
void norm_pool_grad(const NormPool& op, Call& call) {
  const Sizes s = sizes_of(op, call.shape(1));
  const int64_t c = s.c;
  const float *dy = call.input(0), *x = call.input(1), *bias = call.input(2), *gamma = call.input(3);
  const float *extreme = call.input(4), *mean = call.input(5), *variance = call.input(6);
  float* dx = call.output(0, call.shape(1));
  float* dbias = call.output(1, {Rectified ? c : 0});
  float* dgamma = call.output(2, {c});
  float* dbeta = call.output(3, {c});
  if (!call.ok()) return;
  std::vector<double> sums(s.n * 2 * c, 0.);
  Pool::get().run(s.n, [&](int64_t n) {
    std::vector<float> row(2 * c);
    double* total = sums.data() + n * 2 * c;
    for (int64_t i = 0; i < s.oh; i++) {
      const int64_t at = (n * s.oh + i) * s.ow * c;
      std::fill(row.begin(), row.end(), 0.f);
      add_gradients(dy + at, extreme + at, s.ow, c, mean, row.data(), row.data() + c);
      for (int64_t k = 0; k < 2 * c; k++) total[k] += row[k];
    }
  });
  const double count = static_cast<double>(s.n * s.h * s.w);
  std::vector<float> scale(c), constant(c), slope(c), none(Rectified ? 0 : c, 0.f);
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
    scale[k] = static_cast<float>(factor);
    slope[k] = static_cast<float>(along);
    constant[k] = static_cast<float>(-factor * sum / count - along * mean[k]);
  }
  const float* b = Rectified ? bias : none.data();
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
        for (int64_t k = 0; k < c; k++) left[k] = dy[out + k] * scale[k];
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
  if (shape.size() != 4 || shape[1] < op.pool_h || shape[2] < op.pool_w || op.pool_h < 1 || op.pool_w < 1 ||
      op.stride_h < 1 || op.stride_w < 1) {
    call.fail("x must be [batch, height, width, channels] and hold a window");
    return false;
  }
  for (int i = x + 1; i < call.count(); i++) {
    if (i == 4 && x == 1) continue;  // The extremes.
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
  const Sizes s = sizes_of(op, call.shape(1));
  const int64_t pooled = s.n * s.oh * s.ow * s.c;
  if (call.elements(0) != pooled || call.elements(4) != pooled) return call.fail("dy must have the pooled shape");
  op.rectified ? norm_pool_grad<true>(op, call) : norm_pool_grad<false>(op, call);
}

// ---- Dropout ----

/** Philox 4×32 of ten rounds (Salmon et al. 2011): four 32-bit numbers of a counter and a key. */
inline void philox(const uint32_t counter[4], uint32_t key0, uint32_t key1, uint32_t out[4]) {
  uint32_t c0 = counter[0], c1 = counter[1], c2 = counter[2], c3 = counter[3];
  for (int round = 0; round < 10; round++) {
    const uint64_t a = static_cast<uint64_t>(0xD2511F53u) * c0;
    const uint64_t b = static_cast<uint64_t>(0xCD9E8D57u) * c2;
    const uint32_t n0 = static_cast<uint32_t>(b >> 32) ^ c1 ^ key0;
    const uint32_t n2 = static_cast<uint32_t>(a >> 32) ^ c3 ^ key1;
    c1 = static_cast<uint32_t>(b);
    c3 = static_cast<uint32_t>(a);
    c0 = n0;
    c2 = n2;
    key0 += 0x9E3779B9u;
    key1 += 0xBB67AE85u;
  }
  out[0] = c0;
  out[1] = c1;
  out[2] = c2;
  out[3] = c3;
}

/** Zeroes elements of groups of four from `begin` whose number is below the limit, and scales the others. */
VECTORS void thin(const float* __restrict x, float* __restrict y, int64_t size, int64_t begin, int64_t end,
                  uint32_t key0, uint32_t key1, uint32_t limit, float kept) {
  constexpr int GROUPS = 16;
  for (int64_t group = begin; group < end; group += GROUPS) {
    uint32_t numbers[4][GROUPS];
    for (int g = 0; g < GROUPS; g++) {
      const uint64_t at = static_cast<uint64_t>(group + g);
      const uint32_t counter[4] = {static_cast<uint32_t>(at), static_cast<uint32_t>(at >> 32), 0, 0};
      uint32_t out[4];
      philox(counter, key0, key1, out);
      for (int i = 0; i < 4; i++) numbers[i][g] = out[i];
    }
    for (int g = 0; g < GROUPS && group + g < end; g++)
      for (int i = 0; i < 4; i++) {
        const int64_t at = 4 * (group + g) + i;
        if (at < size) y[at] = (numbers[i][g] >> 8) < limit ? 0.f : x[at] * kept;
      }
  }
}

/**
 * Inputs: x; the key's two numbers and the limit, as int32; [factor of what is kept]. The upper 24 bits of each element's
 * number are compared with the limit. The same call thins the gradient.
 */
void compute_dropout(void*, TF_OpKernelContext* context) {
  Call call(context);
  if (!call.ok()) return;
  if (call.elements(1) != 3 || call.elements(2) != 1) return call.fail("the key has three numbers, the factor one");
  const float* x = call.input(0);
  const int64_t size = call.elements(0);
  const int32_t* key = call.integers(1);
  const float kept = *call.input(2);
  float* y = call.output(0, call.shape(0));
  if (!call.ok()) return;
  constexpr int64_t PART = 1 << 14;
  const int64_t groups = (size + 3) / 4;
  Pool::get().run((groups + PART - 1) / PART, [&](int64_t part) {
    thin(x, y, size, part * PART, std::min(groups, (part + 1) * PART), static_cast<uint32_t>(key[0]),
         static_cast<uint32_t>(key[1]), static_cast<uint32_t>(key[2]), kept);
  });
}

// ---- Adam ----

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

// ---- Registration ----

void unknown_shape(TF_ShapeInferenceContext* context, TF_Status* status) {
  TF_ShapeInferenceContextSetUnknownShape(context, status);
}

struct Definition {
  const char* name;
  std::vector<const char*> attributes, inputs, outputs;
  void* (*create)(TF_OpKernelConstruction*);
  void (*compute)(void*, TF_OpKernelContext*);
  void (*destroy)(void*);
};

/** Registers an operation and its kernel; returns what is wrong, empty when nothing is. */
std::string add(const Definition& definition) {
  TF_Status* status = TF_NewStatus();
  TF_OpDefinitionBuilder* op = TF_NewOpDefinitionBuilder(definition.name);
  for (const char* attribute : definition.attributes) TF_OpDefinitionBuilderAddAttr(op, attribute);
  for (const char* input : definition.inputs) TF_OpDefinitionBuilderAddInput(op, input);
  for (const char* output : definition.outputs) TF_OpDefinitionBuilderAddOutput(op, output);
  TF_OpDefinitionBuilderSetShapeInferenceFunction(op, unknown_shape);
  TF_RegisterOpDefinition(op, status);
  if (TF_GetCode(status) == 0) {
    TF_KernelBuilder* kernel =
        TF_NewKernelBuilder(definition.name, "CPU", definition.create, definition.compute, definition.destroy);
    TF_RegisterKernelBuilder(definition.name, kernel, status);
  }
  const std::string problem = TF_GetCode(status) == 0 ? "" : TF_Message(status);
  TF_DeleteStatus(status);
  return problem;
}

const std::vector<const char*> POOLING = {"pool_h: int",    "pool_w: int",       "stride_h: int",
                                          "stride_w: int",  "rectified: int",    "epsilon: float"};

void register_all() {
  add({"PolytagNormPool",
       POOLING,
       {"x: float", "bias: float", "gamma: float", "beta: float"},
       {"y: float", "extreme: float", "mean: float", "variance: float"},
       NormPool::create,
       compute_norm_pool,
       NormPool::destroy});
  add({"PolytagNormPoolGrad",
       POOLING,
       {"dy: float", "x: float", "bias: float", "gamma: float", "extreme: float", "mean: float", "variance: float"},
       {"dx: float", "dbias: float", "dgamma: float", "dbeta: float"},
       NormPool::create,
       compute_norm_pool_grad,
       NormPool::destroy});
  add({"PolytagDropout", {}, {"x: float", "key: int32", "kept: float"}, {"y: float"}, nullptr, compute_dropout, nullptr});
  add({"PolytagAdam",
       {"N: int >= 1"},
       {"weights: N * float", "first: N * float", "second: N * float", "gradients: N * float", "settings: float"},
       {"new_weights: N * float", "new_first: N * float", "new_second: N * float"},
       nullptr,
       compute_adam,
       nullptr});
}

#ifdef __GLIBC__
/** Keeps what is freed in the process: a training step asks for the same hundreds of megabytes again. */
napi_value__* keep_memory(napi_env__*, napi_callback_info__*) {
  mallopt(M_MMAP_MAX, 0);
  mallopt(M_TRIM_THRESHOLD, 0x7fffffff);
  return nullptr;
}

/** Returns it, and goes back to the C library's usual settings. */
napi_value__* release_memory(napi_env__*, napi_callback_info__*) {
  mallopt(M_MMAP_MAX, 65536);
  mallopt(M_TRIM_THRESHOLD, 128 * 1024);
  malloc_trim(0);
  return nullptr;
}
#else
napi_value__* keep_memory(napi_env__*, napi_callback_info__*) { return nullptr; }
napi_value__* release_memory(napi_env__*, napi_callback_info__*) { return nullptr; }
#endif

/** Whether the processor has AVX-512. */
bool has_wide_vectors() {
#if defined(__x86_64__) && defined(__GNUC__)
  return __builtin_cpu_supports("avx512f") != 0;
#else
  return false;
#endif
}

}  // namespace

extern "C" __attribute__((visibility("default"))) int32_t node_api_module_get_api_version_v1() { return 8; }

extern "C" __attribute__((visibility("default"))) napi_value__* napi_register_module_v1(napi_env__* env,
                                                                                         napi_value__* exports) {
  static const bool once = (register_all(), true);
  (void)once;
  napi_value__* function;
  if (napi_create_function(env, "keepMemory", 10, keep_memory, nullptr, &function) == 0)
    napi_set_named_property(env, exports, "keepMemory", function);
  if (napi_create_function(env, "releaseMemory", 13, release_memory, nullptr, &function) == 0)
    napi_set_named_property(env, exports, "releaseMemory", function);
  if (napi_get_boolean(env, has_wide_vectors(), &function) == 0)
    napi_set_named_property(env, exports, "wideVectors", function);
  return exports;
}
