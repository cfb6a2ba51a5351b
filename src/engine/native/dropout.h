// Dropout whose mask is drawn on the way.
#pragma once
#include "parallel.h"
#include "tensors.h"

namespace polytag {

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

}  // namespace polytag
