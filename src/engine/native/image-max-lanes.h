// The arithmetic of `image-max.h` for one width of vectors, behind `winograd-lanes.h`.

/** Tiles of one part, of four rows each. */
constexpr int IMAGE_ROWS = LANES == 16 ? 12 : 6;

/** A part's image, turned so that rows lie side by side, under Bᵀ: for each place, [columns][rows]. */
template <bool Plane>
static void transform_image(const float* image, int64_t columns, int64_t rows, float* v) {
  constexpr int PLACES = Plane ? 36 : 6, BESIDE = Plane ? 6 : 1;
  const int64_t stride = columns * rows;
  for (int64_t column = 0; column < columns; column++)
    for (int64_t row = 0; row < rows; row += LANES) {
      Vector given[PLACES], result[PLACES];
      for (int i = 0; i < 6; i++)
        for (int j = 0; j < BESIDE; j++) given[i * BESIDE + j] = load(image + (column + j) * rows + row + i);
      along_axes<Plane, 6, 6, of_input>(given, result);
      for (int p = 0; p < PLACES; p++) store(v + p * stride + column * rows + row, result[p]);
    }
}

/** m = v u for IMAGE_ROWS tiles, four rows apart, and one panel of outputs; `offsets` say where each group of taps begins. */
static inline void multiply_groups(const float* __restrict v, const int32_t* __restrict offsets, int64_t groups,
                                   const float* __restrict u, float* __restrict m) {
  Vector sums[IMAGE_ROWS][2] = {};
  for (int64_t g = 0; g < groups; g++, u += PANEL) {
    const float* at = v + offsets[g];
    const Vector left = load(u), right = load(u + LANES);
#pragma GCC unroll 16
    for (int r = 0; r < IMAGE_ROWS; r++) {
      sums[r][0] += at[4 * r] * left;
      sums[r][1] += at[4 * r] * right;
    }
  }
#pragma GCC unroll 16
  for (int r = 0; r < IMAGE_ROWS; r++) {
    store(m + r * PANEL, sums[r][0]);
    store(m + r * PANEL + LANES, sums[r][1]);
  }
}

/** The greatest values over the columns of one panel of outputs: `greatest` [4 × IMAGE_ROWS][PANEL]. */
template <bool Plane>
static void raise_panel(const ImageTiling& s, const float* v, const int32_t* offsets, const float* u, float* greatest) {
  constexpr int PLACES = Plane ? 36 : 6, ACROSS = Plane ? 4 : 1;
  alignas(64) float m[PLACES * IMAGE_ROWS * PANEL];
  for (int64_t i = 0; i < 4 * IMAGE_ROWS * PANEL; i += LANES) store(greatest + i, Vector{} - __builtin_inff());
  for (int64_t column = 0; column < s.ow; column += ACROSS) {
    for (int p = 0; p < PLACES; p++)
      multiply_groups(v + (p * s.columns + column) * s.rows, offsets, s.groups, u + p * s.groups * PANEL,
                      m + p * IMAGE_ROWS * PANEL);
    const int64_t inside = s.ow - column < ACROSS ? s.ow - column : ACROSS;
    for (int64_t r = 0; r < IMAGE_ROWS; r++)
      for (int64_t lane = 0; lane < PANEL; lane += LANES) {
        Vector products[PLACES], outputs[4 * ACROSS];
        for (int p = 0; p < PLACES; p++) products[p] = load(m + (p * IMAGE_ROWS + r) * PANEL + lane);
        along_axes<Plane, 6, 4, to_output<4>>(products, outputs);
        for (int i = 0; i < 4; i++) {
          float* to = greatest + (4 * r + i) * PANEL + lane;
          Vector best = load(to);
          for (int64_t j = 0; j < inside; j++) best = outputs[i * ACROSS + j] > best ? outputs[i * ACROSS + j] : best;
          store(to, best);
        }
      }
  }
}

static constexpr ImageKernels IMAGE_KERNELS = {LANES,
                                               PANEL,
                                               4 * IMAGE_ROWS,
                                               {transform_kernel<false, 3>, transform_kernel<true, 3>},
                                               {transform_image<false>, transform_image<true>},
                                               {raise_panel<false>, raise_panel<true>}};
