// The arithmetic of `winograd.h` for one width of vectors. Included once for each, behind its sizes (LANES, PANEL, ROWS, GRADIENT_ROWS,
// TILES) and with the compiler told which instructions it may use; so there is no #pragma once.
//
// F(4, 3) along one axis is y = Aᵀ [(G g) ⊙ (Bᵀ d)]: six products for four outputs of three taps, where twelve are usual. F(3, 4) and
// F(2, 5) take six for three outputs of four taps and for two of five. Along two axes, 36 stand for 144. A and B evaluate
// polynomials at 0, ±3/4, ±3/2 and infinity, where the error of rounding is twice that of the plain sum; with the usual ±1 and ±2
// it is four times that.

typedef float Vector __attribute__((vector_size(LANES * sizeof(float))));

static inline Vector load(const float* from) {
  Vector v;
  __builtin_memcpy(&v, from, sizeof v);
  return v;
}
static inline void store(float* to, Vector v) { __builtin_memcpy(to, &v, sizeof v); }

/** Bᵀ d. */
static inline void of_input(const Vector* d, Vector* t) {
  const Vector even1 = d[4] - B2 * d[2], odd1 = A1 * (d[3] - B2 * d[1]);
  const Vector even2 = d[4] - A2 * d[2], odd2 = B1 * (d[3] - A2 * d[1]);
  t[0] = (A2 * B2) * d[0] - (A2 + B2) * d[2] + d[4];
  t[1] = even1 + odd1;
  t[2] = even1 - odd1;
  t[3] = even2 + odd2;
  t[4] = even2 - odd2;
  t[5] = (A2 * B2) * d[1] - (A2 + B2) * d[3] + d[5];
}

/** The two values of a polynomial of Terms coefficients at ±point, times a factor. */
template <int Terms>
static inline void at_points(const Vector* terms, float point, float factor, Vector* plus, Vector* minus) {
  Vector even = terms[0] * factor, odd = terms[1] * (point * factor);
  float power = point * point * factor;
  for (int i = 2; i < Terms; i++, power *= point) (i % 2 ? odd : even) += terms[i] * power;
  *plus = even + odd;
  *minus = even - odd;
}

/** Its adjoint: adds the sums of two values, each by the powers of their points. */
template <int Terms>
static inline void from_points(Vector plus, Vector minus, float point, float factor, Vector* terms) {
  const Vector sum = plus + minus, difference = plus - minus;
  float power = factor;
  for (int i = 0; i < Terms; i++, power *= point) terms[i] += (i % 2 ? difference : sum) * power;
}

/** G g, of so many taps. */
template <int Taps>
static inline void of_kernel(const Vector* g, Vector* t) {
  t[0] = g[0] * N0;
  at_points<Taps>(g, A1, N1, t + 1, t + 2);
  at_points<Taps>(g, B1, N2, t + 3, t + 4);
  t[5] = g[Taps - 1];
}

/** Gᵀ m, its adjoint. */
template <int Taps>
static inline void to_kernel(const Vector* m, Vector* g) {
  for (int i = 0; i < Taps; i++) g[i] = Vector{};
  g[0] = m[0] * N0;
  g[Taps - 1] += m[5];
  from_points<Taps>(m[1], m[2], A1, N1, g);
  from_points<Taps>(m[3], m[4], B1, N2, g);
}

/** Aᵀ m, to so many outputs. */
template <int Outputs>
static inline void to_output(const Vector* m, Vector* y) {
  for (int i = 0; i < Outputs; i++) y[i] = Vector{};
  y[0] = m[0];
  y[Outputs - 1] += m[5];
  from_points<Outputs>(m[1], m[2], A1, 1, y);
  from_points<Outputs>(m[3], m[4], B1, 1, y);
}

/** A dy, its adjoint. */
template <int Outputs>
static inline void of_gradient(const Vector* y, Vector* t) {
  t[0] = y[0];
  at_points<Outputs>(y, A1, 1, t + 1, t + 2);
  at_points<Outputs>(y, B1, 1, t + 3, t + 4);
  t[5] = y[Outputs - 1];
}

/** A transform of `From` values to `To` along the width and, where Plane, along the height before it. */
template <bool Plane, int From, int To, void (*Transform)(const Vector*, Vector*)>
static inline void along_axes(const Vector* given, Vector* result) {
  constexpr int HEIGHT = Plane ? To : 1;
  Vector rows[HEIGHT * From];
  if (Plane) {
#pragma GCC unroll 8
    for (int j = 0; j < From; j++) {
      Vector column[From], transformed[To];
      for (int i = 0; i < From; i++) column[i] = given[i * From + j];
      Transform(column, transformed);
      for (int i = 0; i < To; i++) rows[i * From + j] = transformed[i];
    }
  } else {
    for (int j = 0; j < From; j++) rows[j] = given[j];
  }
#pragma GCC unroll 8
  for (int i = 0; i < HEIGHT; i++) Transform(rows + i * From, result + i * To);
}

/** Where the values of a tile lie: one address for each place, that of zeros outside the map. */
template <bool Plane, int Size>
static inline void find_places(const float* map, int64_t n, int64_t h, int64_t w, int64_t c, int64_t row, int64_t column,
                               const float* zeros, const float** places) {
  for (int i = 0; i < (Plane ? Size : 1); i++)
    for (int j = 0; j < Size; j++) {
      const int64_t r = row + i, s = column + j;
      const bool is_inside = r >= 0 && r < h && s >= 0 && s < w;
      places[i * Size + j] = is_inside ? map + ((n * h + r) * w + s) * c : zeros;
    }
}

/** Transforms a tile of Size × Size (or Size) places of c channels; the result lies as [place][c / Width][tiles][Width]. */
template <bool Plane, int Size, void (*Transform)(const Vector*, Vector*), int Width>
static inline void transform_tile(const float* const* places, int64_t c, float* to, int64_t stride) {
  constexpr int COUNT = Plane ? Size * Size : Size, RESULTS = Plane ? 36 : 6;
  for (int64_t k = 0; k < c; k += LANES) {
    Vector given[COUNT], result[RESULTS];
#pragma GCC unroll 36
    for (int i = 0; i < COUNT; i++) given[i] = load(places[i] + k);
    along_axes<Plane, Size, 6, Transform>(given, result);
    float* at = to + k / Width * TILES * Width + k % Width;
#pragma GCC unroll 36
    for (int i = 0; i < RESULTS; i++) store(at + i * stride, result[i]);
  }
}

/** m = v u for ROWS tiles and one panel of outputs: v [c / LANES][TILES][LANES], u [c][PANEL], m [TILES][PANEL]. */
static inline void multiply_rows(const float* __restrict v, const float* __restrict u, int64_t c, float* __restrict m) {
  Vector sums[ROWS][2] = {};
  for (int64_t k = 0; k < c; k += LANES, v += TILES * LANES) {
    for (int lane = 0; lane < LANES; lane++, u += PANEL) {
      const Vector left = load(u), right = load(u + LANES);
#pragma GCC unroll 16
      for (int r = 0; r < ROWS; r++) {
        sums[r][0] += v[r * LANES + lane] * left;
        sums[r][1] += v[r * LANES + lane] * right;
      }
    }
  }
#pragma GCC unroll 16
  for (int r = 0; r < ROWS; r++) {
    store(m + r * PANEL, sums[r][0]);
    store(m + r * PANEL + LANES, sums[r][1]);
  }
}

/** sums += vᵀ z for GRADIENT_ROWS inputs and one panel of outputs: v [TILES][LANES], z [TILES][PANEL]. */
static inline void multiply_tiles(const float* __restrict v, const float* __restrict z, int64_t tiles,
                                  float* __restrict to) {
  Vector sums[GRADIENT_ROWS][2];
#pragma GCC unroll 16
  for (int r = 0; r < GRADIENT_ROWS; r++) {
    sums[r][0] = load(to + r * PANEL);
    sums[r][1] = load(to + r * PANEL + LANES);
  }
  for (int64_t t = 0; t < tiles; t++, v += LANES, z += PANEL) {
    const Vector left = load(z), right = load(z + LANES);
#pragma GCC unroll 16
    for (int r = 0; r < GRADIENT_ROWS; r++) {
      sums[r][0] += v[r] * left;
      sums[r][1] += v[r] * right;
    }
  }
#pragma GCC unroll 16
  for (int r = 0; r < GRADIENT_ROWS; r++) {
    store(to + r * PANEL, sums[r][0]);
    store(to + r * PANEL + LANES, sums[r][1]);
  }
}

/** U = G g Gᵀ of one input channel for one panel of outputs, [places][PANEL] with `stride` between places. */
template <bool Plane, int Taps>
static void transform_kernel(const float* const* taps, float* u, int64_t stride) {
  constexpr int TAPS = Plane ? Taps * Taps : Taps, PLACES = Plane ? 36 : 6;
  for (int64_t k = 0; k < PANEL; k += LANES) {
    Vector g[TAPS], result[PLACES];
    for (int i = 0; i < TAPS; i++) g[i] = load(taps[i] + k);
    along_axes<Plane, Taps, 6, of_kernel<Taps>>(g, result);
    for (int i = 0; i < PLACES; i++) store(u + i * stride + k, result[i]);
  }
}

/** One block of tiles of `convolve`. */
template <bool Plane, int Taps>
static void convolve_block(const Tiling& s, const float* x, const float* u, const float* zeros, float* y, int64_t block,
                           float* scratch) {
  constexpr int PLACES = Plane ? 36 : 6, STEP = 7 - Taps;
  const int64_t first = block * TILES, count = s.tiles - first < TILES ? s.tiles - first : TILES;
  const int64_t v_stride = s.c * TILES + LANES, m_stride = TILES * PANEL + LANES;
  float *v = scratch, *m = scratch + PLACES * v_stride;
  for (int64_t t = 0; t < count; t++) {
    const Tile tile = s.tile(first + t);
    const float* places[PLACES];
    find_places<Plane, 6>(x, tile.n, s.h, s.w, s.c, tile.row - s.top, tile.column - s.left, zeros, places);
    transform_tile<Plane, 6, of_input, LANES>(places, s.c, v + t * LANES, v_stride);
  }
  for (int64_t k = 0; k < s.k; k += PANEL) {
    for (int p = 0; p < PLACES; p++, u += s.c * PANEL)
      for (int64_t t = 0; t < count; t += ROWS) multiply_rows(v + p * v_stride + t * LANES, u, s.c, m + p * m_stride + t * PANEL);
    for (int64_t t = 0; t < count; t++) {
      const Tile tile = s.tile(first + t);
      const int64_t rows = Plane ? (s.oh - tile.row < STEP ? s.oh - tile.row : STEP) : 1;
      const int64_t columns = s.ow - tile.column < STEP ? s.ow - tile.column : STEP;
      float* to = y + ((tile.n * s.oh + tile.row) * s.ow + tile.column) * s.k + k;
      for (int64_t part = 0; part < PANEL; part += LANES) {
        Vector products[PLACES], outputs[Plane ? STEP * STEP : STEP];
#pragma GCC unroll 36
        for (int p = 0; p < PLACES; p++) products[p] = load(m + p * m_stride + t * PANEL + part);
        along_axes<Plane, 6, STEP, to_output<STEP>>(products, outputs);
        for (int64_t i = 0; i < rows; i++)
          for (int64_t j = 0; j < columns; j++) store(to + (i * s.ow + j) * s.k + part, outputs[i * STEP + j]);
      }
    }
  }
}

/** Adds a range of tiles to the gradient of U, [places][c / GRADIENT_ROWS][k / PANEL][GRADIENT_ROWS][PANEL]. */
template <bool Plane, int Taps>
static void add_filter_gradient(const Tiling& s, const float* x, const float* dy, const float* zeros, int64_t from,
                                int64_t to, float* sums, float* scratch) {
  constexpr int PLACES = Plane ? 36 : 6, STEP = 7 - Taps;
  const int64_t v_stride = s.c * TILES + LANES, z_stride = s.k * TILES + LANES;
  float *v = scratch, *z = scratch + PLACES * v_stride;
  for (int64_t first = from; first < to; first += TILES) {
    const int64_t count = to - first < TILES ? to - first : TILES;
    for (int64_t t = 0; t < count; t++) {
      const Tile tile = s.tile(first + t);
      const float* places[PLACES];
      find_places<Plane, 6>(x, tile.n, s.h, s.w, s.c, tile.row - s.top, tile.column - s.left, zeros, places);
      transform_tile<Plane, 6, of_input, LANES>(places, s.c, v + t * LANES, v_stride);
      find_places<Plane, STEP>(dy, tile.n, s.oh, s.ow, s.k, tile.row, tile.column, zeros, places);
      transform_tile<Plane, STEP, of_gradient<STEP>, PANEL>(places, s.k, z + t * PANEL, z_stride);
    }
    float* at = sums;
    for (int p = 0; p < PLACES; p++)
      for (int64_t c = 0; c < s.c; c += GRADIENT_ROWS)
        for (int64_t k = 0; k < s.k; k += PANEL, at += GRADIENT_ROWS * PANEL)
          multiply_tiles(v + p * v_stride + c / LANES * TILES * LANES + c % LANES, z + p * z_stride + k * TILES, count, at);
  }
}

/** dw of GRADIENT_ROWS input channels from c on: Gᵀ of the sums of all parts. */
template <bool Plane, int Taps>
static void end_filter_gradient(const Tiling& s, const float* sums, int64_t parts, int64_t c, float* dw) {
  constexpr int PLACES = Plane ? 36 : 6, TAPS = Plane ? Taps * Taps : Taps;
  const int64_t place = s.c * s.k;
  for (int64_t k = 0; k < s.k; k += PANEL)
    for (int64_t r = 0; r < GRADIENT_ROWS; r++)
      for (int64_t lane = 0; lane < PANEL; lane += LANES) {
        const float* at = sums + c * s.k + k * GRADIENT_ROWS + r * PANEL + lane;
        Vector total[PLACES], taps[TAPS];
        for (int p = 0; p < PLACES; p++) {
          total[p] = load(at + p * place);
          for (int64_t part = 1; part < parts; part++) total[p] += load(at + (part * PLACES + p) * place);
        }
        along_axes<Plane, 6, Taps, to_kernel<Taps>>(total, taps);
        for (int i = 0; i < TAPS; i++) store(dw + (i * s.c + c + r) * s.k + k + lane, taps[i]);
      }
}

/** Of a shape of kernels: `Taps` along the width and, where Plane, along the height. */
template <bool Plane, int Taps>
static constexpr Functions functions = {transform_kernel<Plane, Taps>, convolve_block<Plane, Taps>,
                                        add_filter_gradient<Plane, Taps>, end_filter_gradient<Plane, Taps>};

static constexpr Kernels KERNELS = {LANES,
                                    PANEL,
                                    TILES,
                                    GRADIENT_ROWS,
                                    functions<true, 3>,
                                    {functions<false, 3>, functions<false, 4>, functions<false, 5>}};
