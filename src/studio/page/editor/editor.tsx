/** The editor of a piece. */
import { Fragment } from 'preact';
import { useEffect, useMemo, useState } from 'preact/hooks';
import { recogniseCommand } from '../../project/recognition.js';
import type { ServerState } from '../api.js';
import { useChanges } from '../changes.js';
import { saveProjectFile } from '../parts/save-file.js';
import { ScorePanel } from '../score/score-panel.js';
import type { Session } from '../session.js';
import { Player } from '../sound/player.js';
import { globalKey, KEY_HELP, rollKey } from './keys.js';
import { LeavePanel } from './leave-panel.js';
import { NoteTools } from './note-tools.js';
import { PassageList } from './passage-list.js';
import { PianoRoll } from './piano-roll.js';
import { PieceSettings } from './piece-settings.js';
import { ZOOM, zoomedBy } from './roll-geometry.js';
import { Selection } from './selection.js';
import { StylePanel } from './style-panel.js';
import { TrackList } from './track-list.js';
import { Transport } from './transport.js';

interface EditorProps {
  session: Session;
  state: ServerState | null;
  /** Closes the piece. Returns whether it is closed: not where it cannot be saved, unless it is abandoned. */
  onLeave: (isAbandoned: boolean) => Promise<boolean>;
}

export function Editor({ session, state, onLeave }: EditorProps) {
  const player = useMemo(() => new Player(session), [session]);
  const selection = useMemo(() => new Selection(session), [session]);
  const [zoom, setZoom] = useState<{ perTick: number; perPitch: number }>(ZOOM.usual);
  const [snap, setSnap] = useState(120);
  const [stray, setStray] = useState(0);
  const [fingerEdits, setFingerEdits] = useState(false);
  /** Whether a person wanted to leave and the piece could not be saved. */
  const [isHeld, setHeld] = useState(false);
  useEffect(() => session.subscribe(() => selection.refresh()), [session]);
  useEffect(() => () => player.dispose(), [player]);
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      const { target } = event;
      const isTyping = target instanceof HTMLInputElement && ['text', 'number', 'url'].includes(target.type);
      if (!isTyping) globalKey(event, session);
    };
    const warn = (event: BeforeUnloadEvent): void => {
      if (session.isUnsaved) event.preventDefault();
    };
    addEventListener('keydown', onKey);
    addEventListener('beforeunload', warn);
    return () => {
      removeEventListener('keydown', onKey);
      removeEventListener('beforeunload', warn);
    };
  }, [session]);
  return (
    <main class="editor">
      <Heading session={session} />
      <header class="bar">
        <button type="button" onClick={async () => setHeld(!(await onLeave(false)))}>
          ← Pieces
        </button>
        <PieceSettings session={session} />
        <UndoButtons session={session} />
      </header>
      <Notices session={session} isHeld={isHeld} onAbandon={() => void onLeave(true)} />
      <Transport session={session} player={player} selection={selection} state={state} />
      <div class="work">
        <div class="sides">
          <PassageList session={session} player={player} />
          <StylePanel session={session} />
          <TrackList session={session} selection={selection} />
        </div>
        <div class="main">
          <NoteTools
            {...{ session, selection, player, snap, stray }}
            onSnap={setSnap}
            onStray={(amount) => setStray(amount)}
          />
          <div class="row zoom">
            <button
              type="button"
              onClick={() => setZoom(zoomedBy(zoom, 1 / 1.5, 1))}
              aria-label="Show more bars"
            >
              −
            </button>
            <button
              type="button"
              onClick={() => setZoom(zoomedBy(zoom, 1.5, 1))}
              aria-label="Show fewer bars"
            >
              +
            </button>
            <button type="button" onClick={() => setZoom(zoomedBy(zoom, 1, 1 / 1.3))} aria-label="Lower rows">
              ↕ −
            </button>
            <button type="button" onClick={() => setZoom(zoomedBy(zoom, 1, 1.3))} aria-label="Higher rows">
              ↕ +
            </button>
            <button
              type="button"
              class="touch-only"
              aria-pressed={fingerEdits}
              onClick={() => setFingerEdits(!fingerEdits)}
            >
              Edit by touch
            </button>
            <Status session={session} />
          </div>
          <PianoRoll
            {...{ session, selection, player, zoom, snap, fingerEdits }}
            onZoom={setZoom}
            strayAmount={stray}
            onKeyDown={(event) => void rollKey(event, { session, selection, player, snap })}
          />
          <ScorePanel session={session} player={player} />
        </div>
      </div>
      <LeavePanel session={session} />
      <About session={session} />
    </main>
  );
}

/** The title for screen readers; those who see the page have it in a field. */
function Heading({ session }: { session: Session }) {
  useChanges(session);
  return (
    <h1 class="visually-hidden" tabIndex={-1}>
      {session.project.title || 'A piece without a title'}
    </h1>
  );
}

function UndoButtons({ session }: { session: Session }) {
  useChanges(session);
  const { undo, redo } = session.titles;
  return (
    <span class="group">
      <button type="button" disabled={undo === null} onClick={() => session.undo()} title={undo ?? ''}>
        ↶ Undo
      </button>
      <button type="button" disabled={redo === null} onClick={() => session.redo()} title={redo ?? ''}>
        ↷ Redo
      </button>
    </span>
  );
}

/** What the last command did, and whether it is saved. */
function Status({ session }: { session: Session }) {
  useChanges(session);
  const { state, message } = session;
  const saved =
    state.kind === 'saving'
      ? 'Saving …'
      : state.kind === 'failed'
        ? 'Not saved'
        : state.kind === 'saved' && !session.isUnsaved
          ? 'Saved'
          : '';
  return (
    <p class="status" aria-live="polite">
      {message} <span class="muted">{saved}</span>
    </p>
  );
}

interface NoticesProps {
  session: Session;
  isHeld: boolean;
  onAbandon: () => void;
}

/** What a person has to know or decide. */
function Notices({ session, isHeld, onAbandon }: NoticesProps) {
  useChanges(session);
  const { state, problem, warnings, isUnsaved } = session;
  const isConflict = state.kind === 'conflict';
  const isStuck = isUnsaved && (isHeld || problem !== null);
  if (!isConflict && !isStuck && warnings.length === 0) return null;
  return (
    <div class="notices" role="alert">
      {isConflict && (
        <p>
          {state.reason === 'changed'
            ? 'Another page has saved this piece since you opened it.'
            : 'This piece was deleted elsewhere while you had it open.'}{' '}
          {state.reason === 'changed' && (
            <button type="button" onClick={() => session.settle('theirs')}>
              Open the other version
            </button>
          )}{' '}
          <button type="button" onClick={() => session.settle('copy')}>
            Keep mine as a copy
          </button>
        </p>
      )}
      {isStuck && (
        <p>
          Your last changes are not saved yet{problem === null ? '.' : `: ${problem}`}{' '}
          <button type="button" onClick={() => saveProjectFile(session.project)}>
            Save as a file
          </button>{' '}
          {isHeld && (
            <button type="button" class="danger" onClick={onAbandon}>
              Leave without saving
            </button>
          )}
        </p>
      )}
      {warnings.map((warning) => (
        <p key={warning}>{warning}</p>
      ))}
    </div>
  );
}

/** Where the piece came from, and the keys. */
function About({ session }: { session: Session }) {
  const { source, songs, style, timbre } = session.project;
  return (
    <section class="about">
      {source && (
        <details>
          <summary>What was recognised</summary>
          <dl>
            <dt>Recording</dt>
            <dd>
              {source.name}, {source.seconds.toFixed(1)} s
            </dd>
            {songs.length > 0 && (
              <>
                <dt>Songs it is like</dt>
                <dd>
                  {songs
                    .map(({ id, title, distance }) => `${title ?? id} (${distance.toFixed(2)})`)
                    .join(', ')}
                </dd>
              </>
            )}
            {style.tags.length > 0 && (
              <>
                <dt>Tags</dt>
                <dd>{style.tags.map(({ tag, score }) => `${tag} ${score.toFixed(2)}`).join(', ')}</dd>
              </>
            )}
            {timbre && (
              <>
                <dt>Timbre</dt>
                <dd>
                  {timbre.label} ({Math.round(100 * timbre.confidence)} %)
                </dd>
              </>
            )}
            {source.settings && (
              <>
                <dt>The same notes by command</dt>
                <dd>
                  <code>{recogniseCommand(source.name, source.settings)}</code>
                </dd>
              </>
            )}
            {source.warnings.length > 0 && (
              <>
                <dt>What makes them doubtful</dt>
                {source.warnings.map((warning) => (
                  <dd key={warning}>{warning}</dd>
                ))}
              </>
            )}
          </dl>
        </details>
      )}
      <details>
        <summary>Keys</summary>
        <dl class="keys">
          {KEY_HELP.map(([keys, does]) => (
            <Fragment key={keys}>
              <dt>
                <kbd>{keys}</kbd>
              </dt>
              <dd>{does}</dd>
            </Fragment>
          ))}
        </dl>
        <p class="muted">
          With the mouse: drag notes, or their right ends; drag over empty space to select; double-click to
          add or delete. Drag on the bar numbers to choose a part to loop.
        </p>
      </details>
    </section>
  );
}
