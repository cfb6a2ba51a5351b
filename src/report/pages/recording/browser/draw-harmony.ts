/** Browser code of the page: strips of keys and chords, and lines of pitch. Embedded as source text. */
import type { NamedStretch } from '../data.js';
import type { RecordingTimeline } from './draw-structure.js';

/** Draws keys, chords, the melody, and the pitch of one voice. */
export function drawHarmony(timeline: RecordingTimeline): void {
  const { data } = timeline;

  // Hues go round the circle of fifths, so that related chords look alike; minor is darker.
  const fill = ({ root, isMinor }: NamedStretch): string =>
    root === null ? timeline.colour('line') : `hsl(${30 * ((7 * root) % 12)} 45% ${isMinor ? 25 : 35}%)`;
  for (const [name, stretches] of [
    ['keys', data.keys],
    ['chords', data.chords],
  ] as const)
    timeline.track(name, {
      draw({ context, x, height, from, to }) {
        context.font = '600 11px system-ui, sans-serif';
        context.textAlign = 'center';
        context.textBaseline = 'middle';
        for (const stretch of stretches) {
          const { begin, end, name: text } = stretch;
          if (end < from || begin > to) continue;
          const [left, right] = [x(Math.max(begin, from)), x(Math.min(end, to))];
          context.fillStyle = fill(stretch);
          context.fillRect(left, 0, Math.max(0.5, right - left - (right - left > 4 ? 1 : 0)), height);
          if (stretch.root === null || right - left < context.measureText(text).width + 5) continue;
          context.fillStyle = '#ffffff';
          context.fillText(text, (left + right) / 2, height / 2 + 0.5);
        }
      },
      read(time) {
        const found = stretches.find(({ begin, end }) => time >= begin && time < end);
        return found === undefined || found.root === null ? 'none' : found.name;
      },
    });

  const note = (hertz: number): string => {
    const midi = Math.round(69 + 12 * Math.log2(hertz / 440));
    return `${data.chroma.names[((midi % 12) + 12) % 12]}${Math.floor(midi / 12) - 1}`;
  };
  for (const [name, line, series] of [
    ['melody', data.melody, 'series-2'],
    ['pitch', data.pitch, 'series-4'],
  ] as const) {
    const values = new Float32Array(timeline.bytes(line.values).buffer);
    const octaves = Math.log2(line.fMax / line.fMin);
    const at = (hertz: number): number => Math.log2(hertz / line.fMin) / octaves;
    // The Cs from C2 on: the range begins below it.
    const cs = [0, 1, 2, 3, 4, 5]
      .map((octave) => 65.4064 * 2 ** octave)
      .filter((hertz) => hertz <= 1.001 * line.fMax);
    timeline.track(name, {
      draw(plot) {
        const { context, left, width, height, colour } = plot;
        context.fillStyle = colour('surface');
        context.fillRect(left, 0, width, height);
        context.fillStyle = colour('line');
        for (const hertz of cs) context.fillRect(left, height * (1 - at(hertz)), width, 1);
        const { secondsPerValue } = line;
        const y = (hertz: number): number => height * (1 - at(hertz));
        timeline.curve(plot, { values, secondsPerValue, y, colour: colour(series) });
        // A telephone has no room for both.
        const label = (hertz: number): string =>
          left < 50 ? note(hertz) : `${note(hertz)} ${Math.round(hertz)}`;
        plot.labels(cs.map((hertz) => ({ at: at(hertz), label: label(hertz) })));
      },
      read(time) {
        const hertz = values[Math.round(time / line.secondsPerValue)];
        return hertz > 0 ? `${hertz.toFixed(1)} Hz, ${note(hertz)}` : 'unvoiced';
      },
    });
  }
}
