/** What is done with selected notes, and with all of them. */
import { type StateUpdater, useState } from 'preact/hooks';
import { strayNotes } from '../../editing/stray-notes.js';
import { useChanges } from '../changes.js';
import type { Session } from '../session.js';
import type { Player } from '../sound/player.js';
import { addNoteAt } from './roll-gestures.js';
import type { Selection } from './selection.js';

/** Grids that notes snap to, in ticks. */
export const SNAPS: [ticks: number, text: string][] = [
  [480, 'quarters'],
  [240, 'eighths'],
  [120, 'sixteenths'],
  [60, 'thirty-seconds'],
  [1, 'no grid'],
];

interface NoteToolsProps {
  session: Session;
  selection: Selection;
  player: Player;
  snap: number;
  onSnap: (snap: number) => void;
  stray: number;
  onStray: (amount: StateUpdater<number>) => void;
}

export function NoteTools({ session, selection, player, snap, onSnap, stray, onStray }: NoteToolsProps) {
  useChanges(session, selection);
  const [strength, setStrength] = useState(1);
  const notes = [...selection.notes];
  const none = notes.length === 0;
  const { project } = session;
  const all = selection.track?.clips.flatMap((clip) => clip.notes.map(({ id }) => id)) ?? [];
  const chosen = none ? all : notes;
  const grid = ([4, 8, 16, 32] as const).find((value) => 1920 / value <= Math.max(60, snap)) ?? 16;
  const count = strayNotes(project, stray).size;
  return (
    <div class="note-tools" role="toolbar" aria-label="Notes">
      <button
        type="button"
        onClick={() =>
          addNoteAt(
            session,
            selection,
            player.position,
            60 + (project.key?.tonic ?? 0),
            snap > 1 ? snap : 480,
          )
        }
      >
        Add note
      </button>
      <button
        type="button"
        disabled={none}
        onClick={() => session.run({ name: 'delete-notes', args: { notes } })}
      >
        Delete
      </button>
      <button
        type="button"
        disabled={notes.length !== 1}
        onClick={() => session.run({ name: 'split-note', args: { note: notes[0] } })}
      >
        Split
      </button>
      <button
        type="button"
        disabled={notes.length < 2}
        onClick={() => session.run({ name: 'join-notes', args: { notes } })}
      >
        Join
      </button>
      <label>
        Grid
        <select value={snap} onChange={({ currentTarget }) => onSnap(Number(currentTarget.value))}>
          {SNAPS.map(([ticks, text]) => (
            <option key={ticks} value={ticks}>
              {text}
            </option>
          ))}
        </select>
      </label>
      <span class="group">
        <button
          type="button"
          disabled={chosen.length === 0}
          onClick={() => session.run({ name: 'quantise', args: { notes: chosen, grid, strength } })}
        >
          Quantise {none ? 'all' : ''}
        </button>
        <label title="How far notes are moved to the grid">
          <input
            type="range"
            min={0}
            max={1}
            step={0.05}
            value={strength}
            aria-label="Strength of quantising"
            onInput={({ currentTarget }) => setStrength(currentTarget.valueAsNumber)}
          />
          {Math.round(100 * strength)} %
        </label>
      </span>
      <button
        type="button"
        disabled={chosen.length === 0 || !project.key}
        onClick={() => session.run({ name: 'snap-to-key', args: { notes: chosen } })}
      >
        Snap {none ? 'all ' : ''}to key
      </button>
      <span class="group">
        <button
          type="button"
          onClick={() => session.run({ name: 'transpose', args: { semitones: -1 } })}
          aria-label="Transpose all by −1 semitone"
        >
          −1
        </button>
        Transpose
        <button
          type="button"
          onClick={() => session.run({ name: 'transpose', args: { semitones: 1 } })}
          aria-label="Transpose all by +1 semitone"
        >
          +1
        </button>
      </span>
      {project.source && (
        <span class="group">
          <label title="Marks notes that were hardly sung: noise, breath, slips">
            Tidy
            <input
              type="range"
              min={0}
              max={1}
              step={0.02}
              value={stray}
              aria-label="How many stray notes are marked"
              onInput={({ currentTarget }) => onStray(currentTarget.valueAsNumber)}
            />
          </label>
          <button
            type="button"
            disabled={count === 0}
            onClick={() => {
              session.run({ name: 'remove-stray-notes', args: { amount: stray } });
              onStray(0);
            }}
          >
            Remove {count} marked
          </button>
        </span>
      )}
    </div>
  );
}
