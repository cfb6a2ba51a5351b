/** The tracks: instrument, volume, pan, mute, solo. */
import { useState } from 'preact/hooks';
import type { Track } from '../../project/schema.js';
import { useChanges } from '../changes.js';
import { INSTRUMENTS } from '../parts/instruments.js';
import type { Session } from '../session.js';
import type { Selection } from './selection.js';

export function TrackList({ session, selection }: { session: Session; selection: Selection }) {
  useChanges(session, selection);
  const { tracks } = session.project;
  return (
    <section class="tracks" aria-label="Tracks">
      <h2>Tracks</h2>
      <ul>
        {tracks.map((track, i) => (
          <TrackRow
            key={track.id}
            track={track}
            number={i}
            session={session}
            isChosen={selection.track?.id === track.id}
            onChoose={() => selection.chooseTrack(track.id)}
          />
        ))}
      </ul>
      <button
        type="button"
        onClick={() => session.run({ name: 'add-track', args: { name: `Track ${tracks.length + 1}` } })}
      >
        Add track
      </button>
    </section>
  );
}

interface TrackRowProps {
  track: Track;
  number: number;
  session: Session;
  isChosen: boolean;
  onChoose: () => void;
}

function TrackRow({ track, number, session, isChosen, onChoose }: TrackRowProps) {
  const { id, name, tone, volume, pan, mute, solo } = track;
  const set = (values: object): void =>
    void session.run({ name: 'set-track', args: { track: id, ...values } });
  return (
    <li
      class={isChosen ? 'track chosen' : 'track'}
      style={{ '--track': `var(--series-${(number % 8) + 1})` }}
    >
      <div class="row">
        <button
          type="button"
          class="plain name"
          aria-pressed={isChosen}
          onClick={onChoose}
          title="Edit this track"
        >
          <span class="swatch" /> {name}
        </button>
        <button
          type="button"
          class="small"
          aria-pressed={mute}
          aria-label={`Mute ${name}`}
          title="Mute"
          onClick={() => set({ mute: !mute })}
        >
          M
        </button>
        <button
          type="button"
          class="small"
          aria-pressed={solo}
          aria-label={`Solo ${name}`}
          title="Solo"
          onClick={() => set({ solo: !solo })}
        >
          S
        </button>
        <button
          type="button"
          class="small"
          aria-label={`Delete ${name}`}
          title="Delete"
          onClick={() => session.run({ name: 'delete-track', args: { track: id } })}
        >
          ✕
        </button>
      </div>
      {tone.drums ? (
        <span class="muted">Drums</span>
      ) : (
        <select
          value={tone.program}
          aria-label={`Instrument of ${name}`}
          onChange={({ currentTarget }) =>
            session.run({ name: 'set-instrument', args: { track: id, program: Number(currentTarget.value) } })
          }
        >
          {INSTRUMENTS.map(({ family, instruments }) => (
            <optgroup key={family} label={family}>
              {instruments.map((one) => (
                <option key={one.program} value={one.program}>
                  {one.name}
                </option>
              ))}
            </optgroup>
          ))}
        </select>
      )}
      <Slider
        label={`Volume of ${name}`}
        text="Volume"
        least={0}
        value={volume}
        onSet={(value) => set({ volume: value })}
      />
      <Slider
        label={`Pan of ${name}`}
        text="Pan"
        least={-1}
        value={pan}
        onSet={(value) => set({ pan: value })}
      />
    </li>
  );
}

interface SliderProps {
  label: string;
  text: string;
  least: number;
  value: number;
  onSet: (value: number) => void;
}

/** A slider that sets its value when it is let go, so that a drag is one step to undo. */
function Slider({ label, text, least, value, onSet }: SliderProps) {
  const [dragged, setDragged] = useState<number | null>(null);
  return (
    <label class="slider">
      <span class="muted">{text}</span>
      <input
        type="range"
        min={least}
        max={1}
        step={0.05}
        value={dragged ?? value}
        aria-label={label}
        onInput={({ currentTarget }) => setDragged(currentTarget.valueAsNumber)}
        onChange={({ currentTarget }) => {
          setDragged(null);
          onSet(currentTarget.valueAsNumber);
        }}
      />
    </label>
  );
}
