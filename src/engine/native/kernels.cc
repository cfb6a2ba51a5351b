// Operations for TensorFlow's CPU that training needs and TensorFlow has only in pieces, one header each. Registered through
// TensorFlow's C interface; src/engine/ops/ calls them, and without this library composes them of TensorFlow's own.
#include <cstdint>
#include <string>
#include <vector>
#ifdef __GLIBC__
#include <malloc.h>
#endif

#include "adam.h"
#include "dropout.h"
#include "image-max.h"
#include "norm-pool.h"
#include "sum-pool.h"
#include "time-pool.h"
#include "winograd.h"

extern "C" {
// Node's interface (node_api.h), as far as it is used.
struct napi_env__;
struct napi_value__;
struct napi_callback_info__;
typedef napi_value__* (*napi_callback)(napi_env__*, napi_callback_info__*);
int napi_create_function(napi_env__*, const char*, size_t, napi_callback, void*, napi_value__**);
int napi_set_named_property(napi_env__*, napi_value__*, const char*, napi_value__*);
int napi_get_boolean(napi_env__*, bool, napi_value__**);
int napi_create_int32(napi_env__*, int32_t, napi_value__**);
}

using namespace polytag;

namespace {

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

const std::vector<const char*> POOLING = {"pool_h: int", "pool_w: int", "stride_h: int", "stride_w: int", "relu: int"};

std::vector<const char*> with(std::vector<const char*> attributes, const std::vector<const char*>& more) {
  attributes.insert(attributes.end(), more.begin(), more.end());
  return attributes;
}

void register_all() {
  const std::vector<const char*> norm_pooling = with(POOLING, {"rectified: int", "epsilon: float"});
  add({"PolytagNormPool",
       norm_pooling,
       {"x: float", "bias: float", "gamma: float", "beta: float"},
       {"y: float", "extreme: float", "mean: float", "variance: float"},
       create<NormPool>,
       compute_norm_pool,
       destroy<NormPool>});
  add({"PolytagNormPoolGrad",
       norm_pooling,
       {"dy: float", "x: float", "bias: float", "gamma: float", "beta: float", "extreme: float",
        "mean: float", "variance: float"},
       {"dx: float", "dbias: float", "dgamma: float", "dbeta: float"},
       create<NormPool>,
       compute_norm_pool_grad,
       destroy<NormPool>});
  add({"PolytagSumPool",
       POOLING,
       {"a: float", "b: float", "gates: float"},
       {"y: float", "places: uint8"},
       create<Pooling>,
       compute_sum_pool,
       destroy<Pooling>});
  add({"PolytagSumPoolGrad",
       POOLING,
       {"dy: float", "places: uint8", "shape: int32", "b: float", "gates: float"},
       {"da: float", "db: float", "dgates: float"},
       create<Pooling>,
       compute_sum_pool_grad,
       destroy<Pooling>});
  const std::vector<const char*> convolution = {"before: int", "after: int", "plane: int", "taps: int",
                                                "transposed: int"};
  add({"PolytagWinograd",
       convolution,
       {"x: float", "w: float"},
       {"y: float"},
       create<Convolution>,
       compute_winograd,
       destroy<Convolution>});
  add({"PolytagWinogradFilter",
       convolution,
       {"x: float", "dy: float"},
       {"dw: float"},
       create<Convolution>,
       compute_winograd_filter,
       destroy<Convolution>});
  add({"PolytagImageMax",
       {"above: int", "below: int"},
       {"x: float", "w: float"},
       {"y: float"},
       create<ImageMax>,
       compute_image_max,
       destroy<ImageMax>});
  add({"PolytagTimePool", {}, {"x: float", "mask: float"}, {"y: float"}, nullptr, compute_time_pool, nullptr});
  add({"PolytagTimePoolGrad",
       {},
       {"dy: float", "x: float", "mask: float", "y: float"},
       {"dx: float"},
       nullptr,
       compute_time_pool_grad,
       nullptr});
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
  const winograd::Kernels* on = winograd::kernels();
  if (napi_create_int32(env, on ? static_cast<int32_t>(on->panel) : 0, &function) == 0)
    napi_set_named_property(env, exports, "channelPanel", function);
  return exports;
}
