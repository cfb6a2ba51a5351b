/** Raw samples: those of the window as they are. */
import type { ExpressInput } from './tensor-input.js';

export const waveformInput: ExpressInput = ({ input }) => ({
  ...{ begin: 0, length: input.size.length },
  compute: (samples) => samples,
});
