/** The score of the piece, which follows editing and playing. */
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { secondsOf, ticksOfSeconds } from '../../project/timeline.js';
import type { DrawnScore, ScoreMoment } from '../../score/score.js';
import { useChanges } from '../changes.js';
import { saveText } from '../parts/save-file.js';
import type { Session } from '../session.js';
import type { Player } from '../sound/player.js';
import type { ScoreAnswer, ScoreQuestion } from './score.worker.js';
import ScoreWorker from './score.worker.js?worker';

/** Milliseconds from an edit to a new drawing. */
const PATIENCE = 350;

/** Width at which a score is drawn; the page scales it. */
const WIDTH = { narrow: 560, wide: 1080 };

export function ScorePanel({ session, player }: { session: Session; player: Player }) {
  const [isOpen, setOpen] = useState(false);
  return (
    <details class="score" onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
      <summary>Score</summary>
      {isOpen && <Score session={session} player={player} />}
    </details>
  );
}

function Score({ session, player }: { session: Session; player: Player }) {
  useChanges(session);
  const { project } = session;
  const [score, setScore] = useState<DrawnScore | null>(null);
  const [error, setError] = useState('');
  const worker = useMemo(() => new ScoreWorker(), []);
  const turn = useRef(0);
  const sheet = useRef<HTMLDivElement>(null);
  useEffect(() => () => worker.terminate(), []);
  useEffect(() => {
    worker.onmessage = ({ data }: MessageEvent<ScoreAnswer>) => {
      if (data.turn !== turn.current) return;
      setError('error' in data ? data.error : '');
      if ('score' in data) setScore(data.score);
    };
    const timer = setTimeout(
      () => {
        const width = (sheet.current?.clientWidth ?? WIDTH.wide) < 700 ? WIDTH.narrow : WIDTH.wide;
        worker.postMessage({ turn: ++turn.current, project, drawing: { width } } satisfies ScoreQuestion);
      },
      score ? PATIENCE : 0,
    );
    return () => clearTimeout(timer);
  }, [project]);
  useEffect(() => {
    if (score && sheet.current) sheet.current.replaceChildren(...score.pages.map(svgOf));
  }, [score]);
  useEffect(
    () => (score ? followPlayer(score, player, session, sheet.current!) : undefined),
    [score, player],
  );
  const seek = (target: EventTarget | null): void => {
    const id = target instanceof Element ? target.closest('g.note')?.id : undefined;
    const moment = id === undefined ? undefined : score?.moments.find(({ on }) => on.includes(id));
    if (moment) player.seek(ticksOfSeconds(project, moment.seconds));
  };
  return (
    <>
      {error && (
        <p class="error" role="alert">
          {error}
        </p>
      )}
      {!score && !error && (
        <p aria-live="polite">
          Drawing the score … <progress aria-label="Drawing the score" />
        </p>
      )}
      {score && (
        <div class="row">
          <button type="button" onClick={() => saveSvg(score, project.title)}>
            Save as SVG
          </button>
          <button type="button" onClick={() => print()}>
            Print or save as PDF
          </button>
        </div>
      )}
      {/* biome-ignore lint/a11y/useKeyWithClickEvents: A shortcut for the pointer; the roll moves by keys. */}
      <section
        ref={sheet}
        class="sheet"
        aria-label="Sheet music"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: It scrolls by keys.
        tabIndex={0}
        onClick={({ target }) => seek(target)}
      />
    </>
  );
}

/** Style sheets of a page, which the content policy refuses: its rules are in ours, and its font is loaded from its bytes. */
const STYLES = /<style[^>]*>.*?<\/style>/gs;

/** The font of signs within text, such as the note of a tempo. */
const FONT = /font-family: '(\w+)';\s*src: url\(data:[^,]*base64,([A-Za-z0-9+/=]+)/;

const fonts = new Set<string>();

/** Loads the font that a page brings, once. */
function loadFont(text: string): void {
  const [, family, base64] = FONT.exec(text) ?? [];
  if (family === undefined || fonts.has(family)) return;
  fonts.add(family);
  const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  new FontFace(family, bytes).load().then(
    (font) => document.fonts.add(font),
    () => fonts.delete(family),
  );
}

/** A page as an element. */
function svgOf(text: string): Element {
  loadFont(text);
  const plain = text.replace(STYLES, '');
  return document.importNode(new DOMParser().parseFromString(plain, 'image/svg+xml').documentElement, true);
}

/** Ids that sound after each moment. */
function soundingAfter(moments: readonly ScoreMoment[]): string[][] {
  const sounding = new Set<string>();
  return moments.map(({ on, off }) => {
    for (const id of off) sounding.delete(id);
    for (const id of on) sounding.add(id);
    return [...sounding];
  });
}

/** Marks the notes that sound, and keeps them in view while the piece plays. Returns what ends that. */
function followPlayer(
  { moments }: DrawnScore,
  player: Player,
  session: Session,
  sheet: HTMLElement,
): () => void {
  const after = soundingAfter(moments);
  let marked: Element[] = [];
  let shown = -1;
  const show = (): void => {
    const seconds = secondsOf(session.project, player.position) + 1e-3;
    let at = -1;
    if (player.state === 'playing') at = moments.findLastIndex((moment) => moment.seconds <= seconds);
    if (at === shown) return;
    shown = at;
    for (const element of marked) element.classList.remove('sounding');
    const ids = at < 0 ? [] : after[at];
    marked = ids.flatMap((id) => sheet.querySelector(`#${CSS.escape(id)}`) ?? []);
    for (const element of marked) element.classList.add('sounding');
    marked[0]?.closest('g.system')?.scrollIntoView({ block: 'nearest' });
  };
  return player.subscribe(show);
}

function saveSvg({ pages }: DrawnScore, title: string): void {
  for (const [i, page] of pages.entries()) {
    const number = pages.length > 1 ? `-${i + 1}` : '';
    saveText(page, `${title || 'score'}${number}.svg`, 'image/svg+xml');
  }
}
