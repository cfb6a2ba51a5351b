// TensorFlow's tensors, as its C interface gives them to an operation (tensorflow/c/kernels.h, ops.h). Its functions are
// declared here, as the wheel's headers are not unpacked.
#pragma once
#include <cstddef>
#include <cstdint>
#include <new>
#include <vector>

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
}

namespace polytag {

constexpr int FLOAT = 1;
constexpr int UINT8 = 4;
constexpr int INVALID_ARGUMENT = 3;
constexpr int RESOURCE_EXHAUSTED = 8;

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
  void fail(const char* message, int code = INVALID_ARGUMENT) { TF_SetStatus(status_, code, message); }
  /** Computes, and fails as TensorFlow's operations do where memory runs out. */
  template <class Work>
  void within_memory(const Work& work) {
    try {
      work();
    } catch (const std::bad_alloc&) {
      fail("OOM when allocating memory for a convolution", RESOURCE_EXHAUSTED);
    }
  }
  int count() const { return static_cast<int>(inputs_.size()); }
  int64_t elements(int i) const { return TF_TensorElementCount(inputs_[i]); }
  std::vector<int64_t> shape(int i) const {
    std::vector<int64_t> dims(TF_NumDims(inputs_[i]));
    for (size_t d = 0; d < dims.size(); d++) dims[d] = TF_Dim(inputs_[i], static_cast<int>(d));
    return dims;
  }
  const float* input(int i) const { return static_cast<const float*>(TF_TensorData(inputs_[i])); }
  const uint8_t* bytes(int i) const { return static_cast<const uint8_t*>(TF_TensorData(inputs_[i])); }
  const int32_t* integers(int i) const { return static_cast<const int32_t*>(TF_TensorData(inputs_[i])); }
  float* output(int index, const std::vector<int64_t>& dims) {
    return static_cast<float*>(allocate(index, dims, FLOAT, sizeof(float)));
  }
  uint8_t* bytes_output(int index, const std::vector<int64_t>& dims) {
    return static_cast<uint8_t*>(allocate(index, dims, UINT8, 1));
  }

 private:
  void* allocate(int index, const std::vector<int64_t>& dims, int type, size_t width) {
    if (!ok()) return nullptr;
    int64_t size = 1;
    for (int64_t length : dims) size *= length;
    TF_Tensor* tensor = TF_AllocateOutput(context_, index, type, dims.data(), static_cast<int>(dims.size()),
                                          static_cast<size_t>(size) * width, status_);
    outputs_.push_back(tensor);
    return ok() ? TF_TensorData(tensor) : nullptr;
  }

  TF_OpKernelContext* context_;
  TF_Status* status_;
  std::vector<TF_Tensor*> inputs_, outputs_;
};

}  // namespace polytag
