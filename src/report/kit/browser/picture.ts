/** Spectrograms and other matrices as pictures. Embedded in pages as source text: they use the browser's globals only. */

/**
 * Magma (van der Walt and Smith 2015), linear between ten even steps.
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

/**
 * Draws a matrix into a canvas of one pixel per value.
 *
 * @param values - brightness 0 to 255, row-major [columns × rows]; row 0 is the lowest
 * @param magma - of `magmaColours`
 */
export function drawMatrix(
  values: Uint8Array,
  columns: number,
  rows: number,
  magma: Uint8Array,
): HTMLCanvasElement {
  const canvas = document.createElement('canvas');
  canvas.width = columns;
  canvas.height = rows;
  const context = canvas.getContext('2d')!;
  const pixels = context.createImageData(columns, rows);
  for (let column = 0; column < columns; column++)
    for (let row = 0; row < rows; row++) {
      const at = 4 * ((rows - 1 - row) * columns + column);
      const colour = 3 * values[column * rows + row];
      pixels.data.set(magma.subarray(colour, colour + 3), at);
      pixels.data[at + 3] = 255;
    }
  context.putImageData(pixels, 0, 0);
  return canvas;
}

/** Decodes base64. */
export function bytesOf(base64: string): Uint8Array {
  return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
}
