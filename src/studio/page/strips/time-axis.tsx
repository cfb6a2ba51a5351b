/** The times below strips that lie over one another. */
import { clockText } from '../../../base/format.js';

/** Parts that the time is divided into. */
const PARTS = 4;

/** Times from the beginning to the end, in equal steps. */
export function TimeAxis({ seconds }: { seconds: number }) {
  return (
    <div class="time-axis muted" aria-hidden="true">
      {Array.from({ length: PARTS + 1 }, (_, i) => (
        <span key={i}>{clockText((i * seconds) / PARTS)}</span>
      ))}
    </div>
  );
}
