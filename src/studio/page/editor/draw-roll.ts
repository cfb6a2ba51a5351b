/** Draws the part of the piano roll that is seen. */
import { noteName } from '../../../transcription/facts.js';
import { midiOf } from '../../../transcription/segment.js';
import { type Project, QUARTER_TICKS } from '../../project/schema.js';
import { barStarts, type PlayedNote, pieceTicks, placedPassages } from '../../project/timeline.js';
import type { Warp } from '../sound/warp.js';
import type { RollColours } from './roll-colours.js';
import {
  KEYS_WIDTH,
  pitchOf,
  RULER_HEIGHT,
  ticksOf,
  type Viewport,
  xOf,
  yOf,
  type Zoom,
} from './roll-geometry.js';
import type { RollNotes } from './roll-notes.js';

/** What is drawn. */
export interface RollScene {
  notes: RollNotes;
  zoom: Zoom;
  view: Viewport;
  colours: RollColours;
  /** Id of the track that is edited. */
  track: string;
  selected: ReadonlySet<string>;
  /** Notes that one control would remove. */
  stray: ReadonlySet<string>;
  /** Notes in places that are not theirs yet, while they are dragged. */
  moved: ReadonlyMap<string, { start: number; length: number; pitch: number }>;
  /** Where the recording lies under the piece; null where there is none. */
  warp: Warp | null;
  loop: { from: number; to: number } | null;
  /** A rectangle that selects, in pixels of the content. */
  marquee: { x: number; y: number; width: number; height: number } | null;
}

const BLACK_KEYS = new Set([1, 3, 6, 8, 10]);

/** Beats this close in pixels are not drawn. */
const LEAST_GAP = 9;

/** Draws the scene on a canvas of the size of the whole element, keyboard and ruler included. */
export function drawRoll(context: CanvasRenderingContext2D, scene: RollScene): void {
  const { view, colours } = scene;
  const [width, height] = [view.width + KEYS_WIDTH, view.height + RULER_HEIGHT];
  context.fillStyle = colours.background;
  context.fillRect(0, 0, width, height);
  context.save();
  context.beginPath();
  context.rect(KEYS_WIDTH, RULER_HEIGHT, view.width, view.height);
  context.clip();
  context.translate(KEYS_WIDTH - view.left, RULER_HEIGHT - view.top);
  drawRows(context, scene);
  drawBeats(context, scene);
  drawCurve(context, scene);
  drawNotes(context, scene);
  if (scene.marquee) {
    const { x, y, width: w, height: h } = scene.marquee;
    context.strokeStyle = colours.accent;
    context.strokeRect(x, y, w, h);
  }
  context.restore();
  drawKeys(context, scene);
  drawRuler(context, scene);
}

function drawRows(context: CanvasRenderingContext2D, { zoom, view, colours, notes }: RollScene): void {
  const key = notes.project.key;
  const [top, bottom] = [pitchOf(view.top, zoom), pitchOf(view.top + view.height, zoom)];
  for (let pitch = bottom; pitch <= top; pitch++) {
    const y = yOf(pitch, zoom);
    if (BLACK_KEYS.has(pitch % 12)) {
      context.fillStyle = colours.surface;
      context.fillRect(view.left, y, view.width, zoom.perPitch);
    }
    if (pitch % 12 === (key?.tonic ?? 0)) {
      context.fillStyle = colours.muted;
      context.fillRect(view.left, y + zoom.perPitch - 0.5, view.width, 0.5);
    }
  }
}

function drawBeats(context: CanvasRenderingContext2D, { zoom, view, colours, notes }: RollScene): void {
  const { project } = notes;
  const [from, to] = [ticksOf(view.left, zoom), ticksOf(view.left + view.width, zoom)];
  const end = pieceTicks(project);
  if (xOf(QUARTER_TICKS, zoom) >= LEAST_GAP) {
    context.fillStyle = colours.line;
    const first = project.pickup % QUARTER_TICKS;
    for (let at = first; at <= Math.min(to, end); at += QUARTER_TICKS)
      if (at >= from) context.fillRect(xOf(at, zoom), view.top, 0.5, view.height);
  }
  context.fillStyle = colours.muted;
  for (const at of shownBars(project, zoom, from, to))
    context.fillRect(xOf(at, zoom), view.top, 1, view.height);
  context.fillStyle = colours.text;
  for (const { start } of placedPassages(project))
    if (start >= from && start <= to) context.fillRect(xOf(start, zoom) - 0.5, view.top, 1.5, view.height);
  context.globalAlpha = 0.5;
  context.fillStyle = colours.surface;
  context.fillRect(
    xOf(end, zoom),
    view.top,
    Math.max(0, view.left + view.width - xOf(end, zoom)),
    view.height,
  );
  context.globalAlpha = 1;
}

/** Bar lines between two places; where they would be too close, every second, fourth … of them. */
function shownBars(project: Project, zoom: Zoom, from: number, to: number): number[] {
  const starts = barStarts(project);
  let every = 1;
  while (every * xOf(project.beats * QUARTER_TICKS, zoom) < LEAST_GAP) every *= 2;
  return starts.filter((at, i) => i % every === 0 && at >= from && at <= to);
}

/** The pitch that was sung, under the notes. */
function drawCurve(context: CanvasRenderingContext2D, { notes, warp, view, zoom, colours }: RollScene): void {
  const { f0, tuning_cents: tuning } = notes.project;
  if (!f0 || !warp) return;
  const first = Math.max(0, Math.floor(warp.toSeconds(ticksOf(view.left, zoom)) / f0.hop) - 1);
  const last = Math.min(
    f0.hz.length,
    Math.ceil(warp.toSeconds(ticksOf(view.left + view.width, zoom)) / f0.hop) + 1,
  );
  context.strokeStyle = colours.muted;
  context.lineWidth = 1.2;
  context.beginPath();
  let isDown = false;
  for (let t = first; t < last; t++) {
    const hz = f0.voiced[t] === 1 ? f0.hz[t] : null;
    if (hz === null) {
      isDown = false;
      continue;
    }
    const midi = midiOf(hz) - tuning / 100;
    const x = xOf(warp.toTicks(t * f0.hop), zoom);
    const y = yOf(midi, zoom) + zoom.perPitch / 2;
    if (isDown) context.lineTo(x, y);
    else context.moveTo(x, y);
    isDown = true;
  }
  context.stroke();
  context.lineWidth = 1;
}

function drawNotes(context: CanvasRenderingContext2D, scene: RollScene): void {
  const { notes, zoom, view, colours, track, selected, stray, moved } = scene;
  const order = new Map(notes.project.tracks.map(({ id }, i) => [id, i]));
  const [from, to] = [ticksOf(view.left, zoom), ticksOf(view.left + view.width, zoom)];
  const draw = (played: PlayedNote): void => {
    const { note } = played;
    const own = moved.get(note.id);
    const start = own ? played.start + own.start - note.start : played.start;
    const end = own ? start + own.length : played.end;
    const x = xOf(start, zoom);
    const y = yOf(own?.pitch ?? note.pitch, zoom);
    const isOwn = played.track.id === track;
    const colour = colours.tracks[order.get(played.track.id)! % colours.tracks.length];
    const [w, h] = [Math.max(1.5, xOf(end - start, zoom) - 1), zoom.perPitch - 1];
    context.globalAlpha = played.track.mute ? 0.15 : isOwn ? 0.4 + 0.6 * (note.velocity / 127) : 0.35;
    context.fillStyle = colour;
    context.fillRect(x, y, w, h);
    context.globalAlpha = 1;
    if (selected.has(note.id)) {
      context.strokeStyle = colours.text;
      context.lineWidth = 2;
      context.strokeRect(x + 1, y + 1, Math.max(1, w - 2), h - 2);
      context.lineWidth = 1;
    }
    if (stray.has(note.id)) {
      context.strokeStyle = colours.bad;
      context.lineWidth = 2;
      context.beginPath();
      context.moveTo(x, y);
      context.lineTo(x + w, y + h);
      context.moveTo(x, y + h);
      context.lineTo(x + w, y);
      context.stroke();
      context.lineWidth = 1;
    }
  };
  const seen = [...notes.between(from, to)];
  for (const played of seen) if (played.track.id !== track) draw(played);
  for (const played of seen) if (played.track.id === track) draw(played);
}

function drawKeys(context: CanvasRenderingContext2D, { zoom, view, colours, notes }: RollScene): void {
  context.fillStyle = colours.background;
  context.fillRect(0, RULER_HEIGHT, KEYS_WIDTH, view.height);
  context.save();
  context.beginPath();
  context.rect(0, RULER_HEIGHT, KEYS_WIDTH, view.height);
  context.clip();
  const key = notes.project.key;
  const [top, bottom] = [pitchOf(view.top, zoom), pitchOf(view.top + view.height, zoom)];
  context.font = '11px system-ui, sans-serif';
  context.textBaseline = 'middle';
  for (let pitch = bottom; pitch <= top; pitch++) {
    const y = yOf(pitch, zoom) - view.top + RULER_HEIGHT;
    const isBlack = BLACK_KEYS.has(pitch % 12);
    context.fillStyle = isBlack ? colours.blackKey : colours.whiteKey;
    context.fillRect(0, y, isBlack ? KEYS_WIDTH * 0.55 : KEYS_WIDTH - 1, zoom.perPitch - 0.5);
    const isNamed = pitch % 12 === (key?.tonic ?? 0) || (zoom.perPitch >= 13 && !isBlack);
    if (!isNamed || zoom.perPitch < 7) continue;
    context.fillStyle = isBlack ? colours.whiteKey : colours.keyText;
    context.fillText(noteName(pitch, key), 4, y + zoom.perPitch / 2);
  }
  context.restore();
}

/** Passages above, numbers of bars below, and the part that is repeated. */
function drawRuler(context: CanvasRenderingContext2D, { zoom, view, colours, notes, loop }: RollScene): void {
  const { project } = notes;
  context.fillStyle = colours.surface;
  context.fillRect(0, 0, view.width + KEYS_WIDTH, RULER_HEIGHT);
  context.save();
  context.beginPath();
  context.rect(KEYS_WIDTH, 0, view.width, RULER_HEIGHT);
  context.clip();
  context.translate(KEYS_WIDTH - view.left, 0);
  if (loop) {
    context.globalAlpha = 0.3;
    context.fillStyle = colours.accent;
    context.fillRect(
      xOf(loop.from, zoom),
      RULER_HEIGHT / 2,
      xOf(loop.to - loop.from, zoom),
      RULER_HEIGHT / 2,
    );
    context.globalAlpha = 1;
  }
  const [from, to] = [ticksOf(view.left, zoom), ticksOf(view.left + view.width, zoom)];
  context.font = '11px system-ui, sans-serif';
  context.textBaseline = 'middle';
  for (const [i, { start, end, name }] of placedPassages(project).entries()) {
    if (end < from || start > to) continue;
    context.globalAlpha = 0.25;
    context.fillStyle = colours.tracks[i % colours.tracks.length];
    context.fillRect(xOf(start, zoom) + 1, 1, xOf(end - start, zoom) - 2, RULER_HEIGHT / 2 - 2);
    context.globalAlpha = 1;
    context.fillStyle = colours.text;
    context.fillText(name, Math.max(xOf(start, zoom), view.left) + 5, RULER_HEIGHT / 4);
  }
  context.fillStyle = colours.muted;
  const width = xOf(project.beats * QUARTER_TICKS, zoom);
  const every = Math.max(1, Math.ceil(28 / Math.max(width, 0.01)));
  const offset = project.pickup > 0 ? 0 : 1;
  for (const [i, at] of barStarts(project).entries()) {
    if (at < from - 4 * QUARTER_TICKS || at > to || (i + offset - 1) % every !== 0) continue;
    if (i + offset === 0) continue; // A pickup is not counted.
    context.fillText(String(i + offset), xOf(at, zoom) + 3, (3 * RULER_HEIGHT) / 4);
  }
  context.restore();
}
