/**
 * Browser code of pages over time: the window that all plots share, the cursor, and the sound. Embedded as source text: it
 * uses its parameters and the browser's globals only.
 */
import type { EmbeddedImage, TimelineData } from '../data.js';
import type { drawCurve } from './draw-curve.js';
import type { ShownImage } from './image.js';
import type { Plot, Track } from './plot.js';

/** What plots share. */
export interface Timeline<Data extends TimelineData = TimelineData> {
  data: Data;
  /** The player of the recording, whose time the cursor shows. */
  audio: HTMLAudioElement;
  bytes(base64: string): Uint8Array;
  /** Prepares a picture over time. */
  image(image: EmbeddedImage): ShownImage;
  /** Draws a curve with gaps. */
  curve: typeof drawCurve;
  /** Puts a plot into the element of that name. */
  track(name: string, track: Track): void;
  /** The control of a name. */
  find<T extends HTMLElement>(name: string): T;
  /** Whether a checkbox is ticked. */
  shows(name: string): boolean;
  /** The window that is shown, in seconds. */
  window(): { from: number; to: number };
  /** Goes to a time. */
  seek(time: number): void;
  /** Calls `changed` when a control was used, and once at the beginning. */
  onChange(changed: () => void): void;
  /** Colour of the style sheet, by its name without the dashes. */
  colour(name: string): string;
  clock(time: number): string;
  /** Draws everything for the first time. */
  start(): void;
}

/** Opens the page; the plots draw with what is returned. */
export function openTimeline<Data extends TimelineData>({
  data,
  bytes,
  image,
  curve,
}: Pick<Timeline<Data>, 'data' | 'bytes' | 'image' | 'curve'>): Timeline<Data> {
  const audio = document.querySelector('audio')!;
  const find = <T extends HTMLElement>(name: string): T => document.querySelector<T>(`[name="${name}"]`)!;
  const tracks: { host: HTMLElement; canvas: HTMLCanvasElement; track: Track; cursor: HTMLElement }[] = [];
  const changes: (() => void)[] = [];
  /** A window is no narrower, in seconds. */
  const narrowest = Math.min(data.seconds, 0.5);
  let [from, to] = [0, data.seconds];

  const colour = (name: string): string =>
    getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
  const gutter = (): number => (window.innerWidth < 600 ? 44 : 58);
  const clock = (time: number): string => {
    const digits = to - from < 10 ? 2 : to - from < 60 ? 1 : 0;
    const minutes = Math.floor(time / 60);
    const rest = (time - 60 * minutes).toFixed(digits).padStart(digits > 0 ? digits + 3 : 2, '0');
    return `${minutes}:${rest}`;
  };

  const plotOf = (canvas: HTMLCanvasElement, isWhole: boolean): Plot => {
    const ratio = window.devicePixelRatio || 1;
    const [wide, height] = [canvas.clientWidth, canvas.clientHeight];
    canvas.width = Math.round(wide * ratio);
    canvas.height = Math.round(height * ratio);
    const context = canvas.getContext('2d')!;
    context.scale(ratio, ratio);
    const left = gutter();
    const width = Math.max(1, wide - left);
    const [begin, end] = isWhole ? [0, data.seconds] : [from, to];
    return {
      context,
      left,
      width,
      height,
      from: begin,
      to: end,
      x: (time) => left + ((time - begin) / (end - begin)) * width,
      colour,
      labels(ticks) {
        context.font = '11px system-ui, sans-serif';
        context.fillStyle = colour('muted');
        context.textAlign = 'right';
        context.textBaseline = 'middle';
        let last = Infinity;
        for (const { at, label } of ticks) {
          const y = Math.min(height - 7, Math.max(7, height * (1 - at)));
          if (last - y < 12) continue;
          context.fillText(label, left - 6, y);
          last = y;
        }
      },
    };
  };

  let isDrawing = false;
  const draw = (): void => {
    if (isDrawing) return;
    isDrawing = true;
    requestAnimationFrame(() => {
      isDrawing = false;
      for (const { host, canvas, track } of tracks)
        track.draw(plotOf(canvas, host.dataset.track === 'overview'));
      follow();
    });
  };

  const setWindow = (begin: number, length: number): void => {
    const bounded = Math.min(data.seconds, Math.max(narrowest, length));
    from = Math.max(0, Math.min(data.seconds - bounded, begin));
    to = from + bounded;
    draw();
  };
  const zoom = (factor: number, around: number): void =>
    setWindow(around - (around - from) * factor, (to - from) * factor);

  const follow = (): void => {
    const time = audio.currentTime;
    if (!audio.paused && (time < from || time > to) && to - from < data.seconds)
      setWindow(time - 0.1 * (to - from), to - from);
    for (const { host, canvas, cursor } of tracks) {
      const isWhole = host.dataset.track === 'overview';
      const [begin, end] = isWhole ? [0, data.seconds] : [from, to];
      const part = (time - begin) / (end - begin);
      const left = gutter();
      cursor.hidden = part < 0 || part > 1;
      cursor.style.transform = `translateX(${left + part * (canvas.clientWidth - left)}px)`;
    }
    document.querySelector('[data-clock]')!.textContent = `${clock(time)} of ${clock(data.seconds)}`;
    document.documentElement.dataset.time = String(time);
  };
  const run = (): void => {
    follow();
    if (!audio.paused) requestAnimationFrame(run);
  };
  audio.addEventListener('play', run);
  for (const event of ['pause', 'seeked', 'seeking', 'timeupdate', 'ended'])
    audio.addEventListener(event, follow);

  const seek = (time: number): void => {
    audio.currentTime = Math.max(0, Math.min(time, data.playable - 0.01));
    follow();
  };

  const listen = (host: HTMLElement, canvas: HTMLCanvasElement, track: Track): void => {
    const isWhole = host.dataset.track === 'overview';
    const readout = host.querySelector<HTMLElement>('.readout');
    const timeAt = (event: MouseEvent): number => {
      const box = canvas.getBoundingClientRect();
      const part = (event.clientX - box.left - gutter()) / (box.width - gutter());
      const [begin, end] = isWhole ? [0, data.seconds] : [from, to];
      return begin + Math.min(1, Math.max(0, part)) * (end - begin);
    };
    const go = (event: PointerEvent): void => {
      const time = timeAt(event);
      if (isWhole && to - from < data.seconds) setWindow(time - (to - from) / 2, to - from);
      seek(time);
    };
    canvas.addEventListener('pointerdown', (event) => {
      if (event.button !== 0) return;
      canvas.setPointerCapture(event.pointerId);
      go(event);
    });
    canvas.addEventListener('pointermove', (event) => {
      if (event.buttons & 1) go(event);
      if (!readout) return;
      const box = canvas.getBoundingClientRect();
      const time = timeAt(event);
      const height = 1 - (event.clientY - box.top) / box.height;
      const more = track.read?.(time, height);
      readout.textContent = `${clock(time)}${more ? ` · ${more}` : ''}`;
    });
    canvas.addEventListener('pointerleave', () => {
      if (readout) readout.textContent = '';
    });
    canvas.addEventListener(
      'wheel',
      (event) => {
        const isSideways = event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY);
        if (!event.ctrlKey && !event.metaKey && !isSideways) return;
        event.preventDefault();
        const distance = (event.deltaX || event.deltaY) / canvas.clientWidth;
        if (isSideways) setWindow(from + distance * (to - from), to - from);
        else zoom(1.0015 ** event.deltaY, timeAt(event));
      },
      { passive: false },
    );
  };

  const changed = (): void => {
    for (const change of changes) change();
    draw();
  };
  for (const control of Array.from(document.querySelectorAll('.player .controls :is(input, select)')))
    control.addEventListener('change', changed);
  const around = (): number => {
    const time = audio.currentTime;
    return time >= from && time <= to ? time : (from + to) / 2;
  };
  find('in').addEventListener('click', () => zoom(0.5, around()));
  find('out').addEventListener('click', () => zoom(2, around()));
  find('whole').addEventListener('click', () => setWindow(0, data.seconds));
  document.addEventListener('keydown', (event) => {
    const isControl = (event.target as HTMLElement).closest('input, select, button, audio, a');
    if (isControl || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === ' ') void (audio.paused ? audio.play() : audio.pause());
    else if (event.key === 'ArrowLeft') seek(audio.currentTime - 5);
    else if (event.key === 'ArrowRight') seek(audio.currentTime + 5);
    else if (event.key === '+') zoom(0.5, around());
    else if (event.key === '-') zoom(2, around());
    else return;
    event.preventDefault();
  });
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', draw);

  return {
    data,
    audio,
    bytes,
    image,
    curve,
    find,
    colour,
    track(name, track) {
      const host = document.querySelector<HTMLElement>(`[data-track="${name}"]`)!;
      const canvas = host.querySelector('canvas')!;
      tracks.push({ host, canvas, track, cursor: host.querySelector<HTMLElement>('.cursor')! });
      listen(host, canvas, track);
    },
    shows: (name) => find<HTMLInputElement>(name).checked,
    window: () => ({ from, to }),
    seek,
    onChange: (change) => changes.push(change),
    clock,
    start() {
      const observer = new ResizeObserver(draw);
      for (const { canvas } of tracks) observer.observe(canvas);
      changed();
      requestAnimationFrame(() =>
        requestAnimationFrame(() => {
          document.documentElement.dataset.state = 'drawn';
        }),
      );
    },
  };
}
