/** The piano roll: a canvas of what is seen, in an element that scrolls over all of it. */
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import { strayNotes } from '../../editing/stray-notes.js';
import { pieceTicks } from '../../project/timeline.js';
import { useChanges } from '../changes.js';
import { noteText } from '../parts/texts.js';
import type { Session } from '../session.js';
import type { Player } from '../sound/player.js';
import { warpOf } from '../sound/warp.js';
import { drawRoll } from './draw-roll.js';
import { readColours } from './roll-colours.js';
import {
  contentSize,
  KEYS_WIDTH,
  RULER_HEIGHT,
  type Viewport,
  xOf,
  yOf,
  type Zoom,
  zoomedBy,
} from './roll-geometry.js';
import { RollGestures, type RollParts } from './roll-gestures.js';
import { RollNotes } from './roll-notes.js';
import type { Selection } from './selection.js';

interface RollProps {
  session: Session;
  selection: Selection;
  player: Player;
  zoom: Zoom;
  onZoom: (zoom: Zoom) => void;
  snap: number;
  /** How many stray notes are marked, from 0 to 1. */
  strayAmount: number;
  /** Whether a finger edits; else it scrolls. */
  fingerEdits: boolean;
  onKeyDown: (event: KeyboardEvent) => void;
}

export function PianoRoll(props: RollProps) {
  const { session, selection, player, zoom, strayAmount, fingerEdits, onZoom, onKeyDown } = props;
  useChanges(session, selection);
  const { project } = session;
  const scroller = useRef<HTMLElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const cursor = useRef<HTMLDivElement>(null);
  const [size, setSize] = useState({ width: 0, height: 0 });
  const notes = useMemo(() => new RollNotes(project), [project]);
  const warp = useMemo(() => (project.f0 ? warpOf(project) : null), [project]);
  const stray = useMemo(() => strayNotes(project, strayAmount), [project, strayAmount]);
  const view = (): Viewport => ({
    left: scroller.current?.scrollLeft ?? 0,
    top: scroller.current?.scrollTop ?? 0,
    width: size.width - KEYS_WIDTH,
    height: size.height - RULER_HEIGHT,
  });
  const latest = useRef<() => RollParts>(null!);
  latest.current = () => ({ ...props, notes, view: view() });
  const draw = useRef(() => {});
  const gestures = useMemo(
    () =>
      new RollGestures(
        () => latest.current(),
        () => draw.current(),
      ),
    [],
  );
  draw.current = () => {
    const own = canvas.current;
    const context = own?.getContext('2d');
    if (!own || !context || size.width === 0) return;
    const scale = devicePixelRatio;
    const [w, h] = [Math.round(size.width * scale), Math.round(size.height * scale)];
    if (own.width !== w || own.height !== h) [own.width, own.height] = [w, h];
    context.setTransform(scale, 0, 0, scale, 0, 0);
    drawRoll(context, {
      ...{ notes, zoom, view: view(), stray, warp, colours: readColours(own) },
      ...{ track: selection.track?.id ?? '', selected: selection.notes, loop: player.loop },
      ...{ moved: gestures.moved, marquee: gestures.marquee },
    });
  };
  useLayoutEffect(() => draw.current());

  useLayoutEffect(() => {
    const element = scroller.current!;
    const watch = new ResizeObserver(() =>
      setSize({ width: element.clientWidth, height: element.clientHeight }),
    );
    watch.observe(element);
    const scheme = matchMedia('(prefers-color-scheme: dark)');
    const redraw = (): void => draw.current();
    scheme.addEventListener('change', redraw);
    return () => {
      watch.disconnect();
      scheme.removeEventListener('change', redraw);
    };
  }, []);

  // The melody is in the middle when the piece is opened.
  useEffect(() => {
    if (size.height === 0 || !scroller.current) return;
    const pitches = notes.played.filter(({ track }) => !track.tone.drums).map(({ note }) => note.pitch);
    const middle = pitches.length > 0 ? (Math.min(...pitches) + Math.max(...pitches)) / 2 : 66;
    scroller.current.scrollTop = RollGestures.topFor(middle, zoom, size.height - RULER_HEIGHT);
  }, [size.height > 0, session]);

  // The cursor moves by itself, and the view with it.
  useEffect(() => {
    let frame = 0;
    const follow = (): void => {
      const element = scroller.current;
      if (!element || !cursor.current) return;
      const x = xOf(player.position, zoom);
      const seen = element.clientWidth - KEYS_WIDTH;
      if (player.state === 'playing' && (x > element.scrollLeft + 0.9 * seen || x < element.scrollLeft))
        element.scrollLeft = Math.max(0, x - 0.1 * seen);
      const at = x - element.scrollLeft;
      cursor.current.hidden = at < 0 || at > seen;
      cursor.current.style.transform = `translateX(${KEYS_WIDTH + at}px)`;
      if (player.state === 'playing') frame = requestAnimationFrame(follow);
    };
    follow();
    const end = player.subscribe(() => {
      cancelAnimationFrame(frame);
      follow();
      if (player.state !== 'playing') draw.current();
    });
    return () => {
      end();
      cancelAnimationFrame(frame);
    };
  }, [player, zoom]);

  // What is selected comes into view.
  useEffect(() => {
    const [first] = selection.played;
    const element = scroller.current;
    if (!first || !element) return;
    const seen = view();
    const x = xOf(first.start, zoom);
    const y = yOf(first.note.pitch, zoom);
    if (x < seen.left || x > seen.left + seen.width - 20)
      element.scrollLeft = Math.max(0, x - seen.width / 3);
    if (y < seen.top || y > seen.top + seen.height - zoom.perPitch)
      element.scrollTop = Math.max(0, y - seen.height / 2);
  }, [selection.notes, project]);

  const { width, height } = contentSize(pieceTicks(project), zoom);
  const [first, ...others] = selection.played;
  const selectedText = first
    ? `${noteText(first.note, first.start, project)}${others.length > 0 ? ` and ${others.length} more` : ''}`
    : 'No note selected';
  return (
    <div class="roll">
      <section
        ref={scroller}
        class="scroller"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: The roll is edited by keys.
        tabIndex={0}
        aria-label={`Piano roll of ${project.title}. Tab selects the next note, arrows move it, Alt and arrows stretch it, N adds one, Delete removes it, Escape and Tab leave the roll. ${selectedText}.`}
        onKeyDown={onKeyDown}
        onFocus={() => selection.hold()}
        onScroll={() => {
          draw.current();
          player.seen();
        }}
        onWheel={(event) => {
          if (!event.ctrlKey && !event.metaKey) return;
          event.preventDefault();
          const factor = Math.exp(-event.deltaY / 300);
          onZoom(event.shiftKey ? zoomedBy(zoom, 1, factor) : zoomedBy(zoom, factor, 1));
        }}
      >
        <canvas
          ref={canvas}
          class={fingerEdits ? 'edits' : ''}
          style={{ width: `${size.width}px`, height: `${size.height}px` }}
          onPointerDown={(event) => {
            scroller.current?.focus({ preventScroll: true });
            if (event.button !== 0) return;
            if (event.pointerType !== 'touch' || fingerEdits)
              event.currentTarget.setPointerCapture(event.pointerId);
            gestures.down(event);
          }}
          onPointerMove={(event) => {
            gestures.move(event);
            if (event.buttons === 0) event.currentTarget.style.cursor = gestures.cursorAt(event);
          }}
          onPointerUp={(event) => gestures.up(event)}
          onPointerCancel={() => gestures.cancel()}
          onDblClick={(event) => gestures.doubleClick(event)}
        />
        <div
          class="spacer"
          style={{ width: `${width + KEYS_WIDTH}px`, height: `${height + RULER_HEIGHT}px` }}
        />
      </section>
      <div ref={cursor} class="play-cursor" />
      <p class="visually-hidden" aria-live="polite">
        {selectedText}
      </p>
    </div>
  );
}
