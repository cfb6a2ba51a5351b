/** How the numbers of windows lie in a graph's input. */
import { UsageError } from '../../base/errors.js';
import type { InputSize } from '../../inputs/kind.js';
import type { OnnxPort } from '../onnx/read-model.js';

/** The input of a graph, for windows of some size. */
export interface Arrangement {
  /** Windows that it takes at once; null for any number. */
  batch: number | null;
  /** Of one window. */
  shape: number[];
  /** The numbers of so many windows, row-major [windows × length × width], as the graph takes them; may be the same array. */
  arrange(windows: Float32Array, count: number): Float32Array;
}

/** Whether a dimension of a graph may have a size. */
const fits = (dimension: number | string, size: number): boolean =>
  typeof dimension === 'string' || dimension === size;

/**
 * Finds how windows lie in an input: [batch, length, width] or [batch, width, length], with ones anywhere between; samples
 * as [batch, length]. Where the sizes are open, time is before bands.
 *
 * @throws UsageError that names both shapes where windows do not fit
 */
export function arrangement({ name, shape }: OnnxPort, { length, width }: InputSize): Arrangement {
  const [first, ...rest] = shape;
  const batch = typeof first === 'number' ? first : null;
  const places = rest.flatMap((size, i) => (size === 1 ? [] : [i]));
  // Of a graph whose dimensions are open, the last ones count: [batch, channel, time, bands].
  const wanted =
    width === 1
      ? [[length]]
      : [
          [length, width],
          [width, length],
        ];
  const lastPlaces = places.slice(-wanted[0].length);
  const order = wanted.findIndex(
    (sizes) =>
      sizes.length === lastPlaces.length && sizes.every((size, i) => fits(rest[lastPlaces[i]], size)),
  );
  const others = places.slice(0, -wanted[0].length);
  if (order < 0 || others.some((place) => typeof rest[place] === 'number')) {
    const own = width === 1 ? `${length}` : `${length}, ${width}`;
    throw new UsageError(
      `The graph's input ${name} is [${shape.join(', ')}], and the front end gives windows of [${own}]; give the front end that the graph was trained with.`,
    );
  }
  const whole = rest.map((_, i) => {
    const place = lastPlaces.indexOf(i);
    return place < 0 ? 1 : wanted[order][place];
  });
  return { batch, shape: whole, arrange: order === 0 ? (windows) => windows : transposed(length, width) };
}

const transposed =
  (length: number, width: number) =>
  (windows: Float32Array, count: number): Float32Array => {
    const turned = new Float32Array(windows.length);
    for (let i = 0; i < count; i++) {
      const at = i * length * width;
      for (let t = 0; t < length; t++)
        for (let band = 0; band < width; band++)
          turned[at + band * length + t] = windows[at + t * width + band];
    }
    return turned;
  };
