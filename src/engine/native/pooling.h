// Pooling as an operation's attributes describe it.
#pragma once
#include "tensors.h"

namespace polytag {

/** Windows, how far they lie apart, and whether ReLU stands behind them. */
struct Pooling {
  int64_t pool_h, pool_w, stride_h, stride_w, relu;

  Pooling(TF_OpKernelConstruction* construction, TF_Status* status) {
    TF_OpKernelConstruction_GetAttrInt64(construction, "pool_h", &pool_h, status);
    TF_OpKernelConstruction_GetAttrInt64(construction, "pool_w", &pool_w, status);
    TF_OpKernelConstruction_GetAttrInt64(construction, "stride_h", &stride_h, status);
    TF_OpKernelConstruction_GetAttrInt64(construction, "stride_w", &stride_w, status);
    TF_OpKernelConstruction_GetAttrInt64(construction, "relu", &relu, status);
  }

  /** Whether each element is a window of its own. */
  bool is_whole() const { return pool_h * pool_w * stride_h * stride_w == 1; }
  /** Whether a map [n, h, w, c] holds a window. */
  bool fits(const std::vector<int64_t>& map) const {
    return map.size() == 4 && pool_h >= 1 && pool_w >= 1 && stride_h >= 1 && stride_w >= 1 && map[1] >= pool_h &&
           map[2] >= pool_w;
  }
};

/** Makes an operation's attributes for the kernel that is constructed, and gives them back. */
template <class Attributes>
void* create(TF_OpKernelConstruction* construction) {
  TF_Status* status = TF_NewStatus();
  auto* attributes = new Attributes(construction, status);
  TF_DeleteStatus(status);
  return attributes;
}
template <class Attributes>
void destroy(void* attributes) {
  delete static_cast<Attributes*>(attributes);
}

/** Sizes of a pooling of a map [n, h, w, c] to [n, oh, ow, c]. */
struct Sizes {
  int64_t n, h, w, c, oh, ow;

  Sizes(const Pooling& op, const std::vector<int64_t>& map)
      : n(map[0]), h(map[1]), w(map[2]), c(map[3]), oh((h - op.pool_h) / op.stride_h + 1),
        ow((w - op.pool_w) / op.stride_w + 1) {}
  int64_t pooled() const { return n * oh * ow * c; }
};

}  // namespace polytag
