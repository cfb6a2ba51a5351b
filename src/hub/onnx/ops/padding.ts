/** Padding of windows that move over a value: convolutions and poolings. */
import type { Attributes } from './op.js';

/** A window for as many dimensions as it has. */
interface MovingWindow {
  kernel: readonly number[];
  strides: readonly number[];
  dilations: readonly number[];
}

/**
 * What lies before each dimension, then what lies after each. As many places as there are steps are covered under the
 * rules SAME_UPPER and SAME_LOWER, where an odd one is at the end or at the beginning.
 *
 * @param sizes - of the value, in the window's dimensions
 * @throws Error for a rule that ONNX does not have
 */
export function padsOf(
  attributes: Attributes,
  { kernel, strides, dilations }: MovingWindow,
  sizes: readonly number[],
): number[] {
  const rule = attributes.text('auto_pad', 'NOTSET');
  if (rule === 'NOTSET') return [...(attributes.list('pads') ?? kernel.flatMap(() => [0, 0]))];
  if (rule === 'VALID') return kernel.flatMap(() => [0, 0]);
  if (rule !== 'SAME_UPPER' && rule !== 'SAME_LOWER') throw new Error(`padding by the rule ${rule}`);
  const totals = kernel.map((size, d) => {
    const steps = Math.ceil(sizes[d] / strides[d]);
    return Math.max(0, (steps - 1) * strides[d] + dilations[d] * (size - 1) + 1 - sizes[d]);
  });
  const half = rule === 'SAME_UPPER' ? Math.floor : Math.ceil;
  const before = totals.map((total) => half(total / 2));
  return [...before, ...totals.map((total, d) => total - before[d])];
}
