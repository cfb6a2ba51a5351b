/** The pitch of the last seconds, drawn while it is sung. */
import { useEffect, useRef } from 'preact/hooks';
import { noteName } from '../../../transcription/facts.js';
import { midiOf } from '../../../transcription/segment.js';
import type { RecordingNow } from './recorder.js';

/** Seconds that are shown. */
const SHOWN = 8;

/** MIDI pitches from the bottom to the top, and those that have a line. */
const RANGE = { least: 40, most: 84 };
const LINES = [48, 60, 72];

export function LiveCurve({ now }: { now: RecordingNow }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const points = useRef<{ seconds: number; midi: number | null }[]>([]);
  useEffect(() => {
    const { seconds, hz } = now;
    points.current.push({ seconds, midi: hz ? midiOf(hz) : null });
    while (points.current.length > 0 && points.current[0].seconds < seconds - SHOWN) points.current.shift();
    const own = canvas.current;
    const context = own?.getContext('2d');
    if (!own || !context) return;
    const scale = devicePixelRatio;
    const { clientWidth: width, clientHeight: height } = own;
    own.width = width * scale;
    own.height = height * scale;
    context.scale(scale, scale);
    const style = getComputedStyle(own);
    context.strokeStyle = style.getPropertyValue('--line');
    context.font = '11px system-ui, sans-serif';
    context.fillStyle = style.getPropertyValue('--muted');
    for (const midi of LINES) {
      const y = height - ((midi - RANGE.least) / (RANGE.most - RANGE.least)) * height;
      context.strokeRect(0, y, width, 0);
      context.fillText(noteName(midi, null), 2, y - 3);
    }
    context.fillStyle = style.getPropertyValue('--accent');
    for (const { seconds: at, midi } of points.current) {
      if (midi === null) continue;
      const x = width - ((seconds - at) / SHOWN) * width;
      const y = height - ((midi - RANGE.least) / (RANGE.most - RANGE.least)) * height;
      context.fillRect(x - 2, y - 2, 4, 4);
    }
  }, [now]);
  return <canvas ref={canvas} class="live-curve" role="img" aria-label="Pitch of the last seconds" />;
}
