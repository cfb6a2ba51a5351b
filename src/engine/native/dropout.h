// Dropout whose mask is drawn on the way.
#pragma once
#include "parallel.h"
#include "tensors.h"

namespace polytag {

/** Counters that are worked on together, so that the compiler makes vectors of them. */
constexpr int COUNTERS = 32;

/** Philox 4×32 of ten rounds (Salmon et al. 2011): four 32-bit numbers of each of the counters from `first` on, and a key. */
VECTORS void philox(uint64_t first, uint32_t key0, uint32_t key1, uint32_t* __restrict out) {
  uint32_t c0[COUNTERS], c1[COUNTERS], c2[COUNTERS] = {}, c3[COUNTERS] = {};
  for (int i = 0; i < COUNTERS; i++) {
    c0[i] = static_cast<uint32_t>(first + i);
    c1[i] = static_cast<uint32_t>((first + i) >> 32);
  }
  for (int round = 0; round < 10; round++) {
    for (int i = 0; i < COUNTERS; i++) {
      const uint64_t a = static_cast<uint64_t>(0xD2511F53u) * c0[i];
      const uint64_t b = static_cast<uint64_t>(0xCD9E8D57u) * c2[i];
      c0[i] = static_cast<uint32_t>(b >> 32) ^ c1[i] ^ key0;
      c2[i] = static_cast<uint32_t>(a >> 32) ^ c3[i] ^ key1;
      c1[i] = static_cast<uint32_t>(b);
      c3[i] = static_cast<uint32_t>(a);
    }
    key0 += 0x9E3779B9u;
    key1 += 0xBB67AE85u;
  }
  for (int i = 0; i < COUNTERS; i++) {
    out[4 * i] = c0[i];
    out[4 * i + 1] = c1[i];
    out[4 * i + 2] = c2[i];
    out[4 * i + 3] = c3[i];
  }
}

/** Zeroes elements whose number is below the limit, and scales the others. */
VECTORS void thin(const float* __restrict x, const uint32_t* __restrict numbers, int64_t size, uint32_t limit, float kept,
                  float* __restrict y) {
  for (int64_t i = 0; i < size; i++) y[i] = (numbers[i] >> 8) < limit ? 0.f : x[i] * kept;
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
  constexpr int64_t PART = 1 << 14, NUMBERS = 4 * COUNTERS;
  Pool::get().run((size + PART - 1) / PART, [&](int64_t part) {
    uint32_t numbers[NUMBERS];
    for (int64_t at = part * PART; at < std::min(size, (part + 1) * PART); at += NUMBERS) {
      philox(static_cast<uint64_t>(at / 4), static_cast<uint32_t>(key[0]), static_cast<uint32_t>(key[1]), numbers);
      thin(x + at, numbers, std::min(NUMBERS, size - at), static_cast<uint32_t>(key[2]), kept, y + at);
    }
  });
}

}  // namespace polytag
