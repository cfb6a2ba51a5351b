/** What tells a stored baseline from a stored network. */
import { UsageError } from '../../base/errors.js';
import { type BaselineSpec, describeBaseline } from '../../models/baselines/spec.js';

/** Changes when older files cannot be read any more. */
export const BASELINE_FORMAT = 'polytag-baseline/1';

/**
 * Refuses a baseline where a network is wanted.
 *
 * @param folder - where the model lies
 * @param description - the content of its model.json
 * @throws UsageError when it is a baseline
 */
export function requireNetwork(folder: string, description: unknown): void {
  const { format, spec } = (description ?? {}) as { format?: unknown; spec?: BaselineSpec };
  if (format === BASELINE_FORMAT && spec)
    throw new UsageError(
      `${folder} holds a baseline (${describeBaseline(spec)}), which "polytag evaluate" scores; tagging and exports take a network.`,
    );
}
