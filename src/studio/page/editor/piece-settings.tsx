/** Title, tempo, meter and key of the piece. */
import { KEYS } from '../../../features/harmony/key.js';
import { QUARTER_TICKS } from '../../project/schema.js';
import { useChanges } from '../changes.js';
import { keyText } from '../parts/texts.js';
import type { Session } from '../session.js';

/** `1 quarter`, `1.5 quarters`, `none`. */
function pickupText(ticks: number): string {
  const quarters = Number((ticks / QUARTER_TICKS).toFixed(2));
  return quarters === 0 ? 'none' : `${quarters} quarter${quarters === 1 ? '' : 's'}`;
}

export function PieceSettings({ session }: { session: Session }) {
  useChanges(session);
  const { title, tempo, beats, pickup, key } = session.project;
  const at = key ? KEYS.findIndex(({ tonic, mode }) => tonic === key.tonic && mode === key.mode) : -1;
  return (
    <div class="piece-settings">
      <label class="title">
        <span class="visually-hidden">Title</span>
        <input
          name="title"
          value={title}
          maxLength={500}
          onChange={({ currentTarget }) =>
            session.run({ name: 'set-title', args: { title: currentTarget.value } })
          }
        />
      </label>
      <label>
        Tempo
        <input
          type="number"
          min={20}
          max={400}
          value={Math.round(tempo * 10) / 10}
          onChange={({ currentTarget }) =>
            session.run({
              name: 'set-tempo',
              args: { tempo: Math.min(400, Math.max(20, currentTarget.valueAsNumber || tempo)) },
            })
          }
        />
      </label>
      <label>
        Meter
        <select
          value={beats}
          onChange={({ currentTarget }) =>
            session.run({
              name: 'set-meter',
              args: { beats: Number(currentTarget.value), pickup: pickup / QUARTER_TICKS },
            })
          }
        >
          {[...new Set([2, 3, 4, beats])].sort().map((value) => (
            <option key={value} value={value}>
              {value}/4
            </option>
          ))}
        </select>
      </label>
      <label>
        Pickup
        <select
          value={pickup}
          onChange={({ currentTarget }) =>
            session.run({
              name: 'set-meter',
              args: { beats, pickup: Number(currentTarget.value) / QUARTER_TICKS },
            })
          }
        >
          {[...new Set([...Array.from({ length: 2 * beats }, (_, i) => i * 240), pickup])]
            .sort((a, b) => a - b)
            .map((ticks) => (
              <option key={ticks} value={ticks}>
                {pickupText(ticks)}
              </option>
            ))}
        </select>
      </label>
      <label>
        Key
        <select
          value={at}
          onChange={({ currentTarget }) =>
            session.run({ name: 'set-key', args: { key: KEYS[Number(currentTarget.value)] ?? null } })
          }
        >
          <option value={-1}>no key</option>
          {KEYS.map((one, i) => (
            <option key={keyText(one)} value={i}>
              {keyText(one)}
            </option>
          ))}
        </select>
      </label>
    </div>
  );
}
