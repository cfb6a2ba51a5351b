/** Window functions. */

/** The periodic Hann window 0.5 − 0.5 cos(2πn / length), as scipy.signal.get_window('hann', length). */
export function hannWindow(length: number): Float64Array {
  return Float64Array.from({ length }, (_, n) => 0.5 - 0.5 * Math.cos((2 * Math.PI * n) / length));
}

/** A window in the middle of a longer frame, with zeros at both sides, as librosa.util.pad_center places it. */
export function centreWindow(window: Float64Array, frameLength: number): Float64Array {
  const framed = new Float64Array(frameLength);
  framed.set(window, Math.floor((frameLength - window.length) / 2));
  return framed;
}
