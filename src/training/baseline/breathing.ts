/** Long work that lets signals in. */
import { Interrupted } from '../../base/errors.js';

/**
 * Lets signals in, and stops where one came.
 *
 * @returns a function to await now and then
 */
export const breathing = (signal?: AbortSignal) => async (): Promise<void> => {
  await new Promise((resolve) => setImmediate(resolve));
  if (signal?.aborted)
    throw new Interrupted('Stopped; a baseline is fitted from the start by the same command.');
};
