/** The colours of spectrograms. Embedded into pages as source text: it uses the browser's globals only. */

/**
 * Magma (van der Walt and Smith 2015), between ten even steps.
 *
 * @returns red, green and blue of 256 levels of brightness, from dark to light
 */
export function magmaColours(): Uint8Array {
  const steps = [
    0x000004, 0x180f3d, 0x440f76, 0x721f81, 0x9e2f7f, 0xcd4071, 0xf1605d, 0xfd9668, 0xfeca8d, 0xfcfdbf,
  ];
  const colours = new Uint8Array(3 * 256);
  for (let brightness = 0; brightness < 256; brightness++) {
    const at = (brightness / 255) * (steps.length - 1);
    const low = Math.min(steps.length - 2, Math.floor(at));
    for (let channel = 0; channel < 3; channel++) {
      const shift = 16 - 8 * channel;
      const from = (steps[low] >> shift) & 255;
      colours[3 * brightness + channel] = Math.round(
        from + (((steps[low + 1] >> shift) & 255) - from) * (at - low),
      );
    }
  }
  return colours;
}
