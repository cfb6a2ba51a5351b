/** Play, stop, repeat, metronome, and what is played. */

import { clockText } from '../../../base/format.js';
import { pieceTicks, secondsOf } from '../../project/timeline.js';
import type { ServerState } from '../api.js';
import { useChanges } from '../changes.js';
import { megabytes } from '../parts/texts.js';
import type { Session } from '../session.js';
import type { Player, PlaySource } from '../sound/player.js';
import { BUILT_IN } from '../sound/synth.js';
import { toggleLoop } from './keys.js';
import type { Selection } from './selection.js';

interface TransportProps {
  session: Session;
  player: Player;
  selection: Selection;
  state: ServerState | null;
}

const SOURCES: [source: PlaySource, text: string][] = [
  ['notes', 'Notes'],
  ['recording', 'Recording'],
  ['both', 'Notes and recording'],
  ['before', 'Before editing'],
];

export function Transport({ session, player, selection, state }: TransportProps) {
  useChanges(player, session);
  const { project } = session;
  const at = secondsOf(project, player.position);
  const banks = (state?.banks ?? []).filter(({ here, name }) => here || name === BUILT_IN);
  return (
    <section class="transport" aria-label="Playing">
      <div class="controls">
        {player.state === 'stopped' ? (
          <button type="button" class="primary" onClick={() => player.play()}>
            ▶ Play
          </button>
        ) : (
          <button type="button" class="primary" onClick={() => player.stop()}>
            {player.state === 'loading' ? 'Loading sounds …' : '■ Stop'}
          </button>
        )}
        <button type="button" onClick={() => player.seek(0)} aria-label="To the beginning">
          |◀
        </button>
        <span class="time" role="timer" aria-label="Place">
          {clockText(at)} / {clockText(secondsOf(project, pieceTicks(project)))}
        </span>
        <button
          type="button"
          aria-pressed={player.loop !== null}
          title="Plays the bars of the selected notes over and over; drag on the bar numbers to choose a part"
          onClick={() => toggleLoop({ session, selection, player, snap: 1 })}
        >
          Loop
        </button>
      </div>
      <div class="choices">
        <button
          type="button"
          aria-pressed={player.metronome}
          onClick={() => player.choose({ metronome: !player.metronome })}
        >
          Metronome
        </button>
        <label>
          Hear
          <select
            value={player.source}
            onChange={({ currentTarget }) => player.choose({ source: currentTarget.value as PlaySource })}
          >
            {SOURCES.filter(([source]) => project.source || source === 'notes' || source === 'before').map(
              ([source, text]) => (
                <option key={source} value={source}>
                  {text}
                </option>
              ),
            )}
          </select>
        </label>
        {banks.length > 1 && (
          <label>
            Sounds
            <select
              value={player.bank}
              onChange={({ currentTarget }) => player.choose({ bank: currentTarget.value })}
            >
              {banks.map(({ name, bytes, licence }) => (
                <option key={name} value={name}>
                  {name} ({megabytes(bytes)}, {licence})
                </option>
              ))}
            </select>
          </label>
        )}
      </div>
      {player.error && (
        <p class="error" role="alert">
          {player.error}
        </p>
      )}
    </section>
  );
}
