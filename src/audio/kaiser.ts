/** Kaiser's window and his rules for filters (Kaiser 1974). */

/** Zeroth-order modified Bessel function of the first kind, by its power series. */
function bessel0(x: number): number {
  let sum = 1;
  for (let term = 1, k = 1; term > 1e-12 * sum; k++) {
    term *= (x / (2 * k)) ** 2;
    sum += term;
  }
  return sum;
}

/** The window from −1 (beginning) over 0 (middle, value 1) to 1 (end); close to 0 at both ends and beyond. */
export function kaiserWindow(place: number, beta: number): number {
  return bessel0(beta * Math.sqrt(Math.max(0, 1 - place * place))) / bessel0(beta);
}

/** The window's parameter for a stop-band attenuation in dB, above 50. */
export function kaiserBeta(attenuation: number): number {
  return 0.1102 * (attenuation - 8.7);
}

/** Number of taps, not rounded, for an attenuation in dB and a transition in cycles per sample. */
export function kaiserLength(attenuation: number, transition: number): number {
  return (attenuation - 7.95) / (2.285 * 2 * Math.PI * transition);
}
