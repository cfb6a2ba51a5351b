/** Browser code of the page: the pitch curve and the notes over the spectrogram. Embedded as source text. */
import type { Plot } from '../../../kit/timeline/browser/plot.js';
import type { Timeline } from '../../../kit/timeline/browser/timeline.js';
import type { DrawnNote, VoiceData } from '../data.js';

/** Draws the voice. */
export function drawVoice(timeline: Timeline<VoiceData>): void {
  const { data } = timeline;
  const { low, high } = data.range;
  const curve = new Float32Array(timeline.bytes(data.f0.values).buffer);
  const picture = timeline.image(data.spectrogram);

  /** Colours over the spectrogram, which is dark in both schemes, and over the page's surface. */
  const colours = () =>
    timeline.shows('spectrogram')
      ? {
          line: 'rgba(255, 255, 255, 0.13)',
          note: '#41c7ff',
          text: '#ffffff',
          curve: '#ffffff',
          song: '#8dff6a',
        }
      : {
          line: timeline.colour('line'),
          note: timeline.colour('series-1'),
          text: timeline.colour('text'),
          curve: timeline.colour('text'),
          song: timeline.colour('series-3'),
        };
  const yOf = (pitch: number, height: number): number => height * (1 - (pitch - low) / (high - low));

  /** Calls `draw` with the box of each note that the window shows. */
  const boxes = <Note extends DrawnNote>(
    notes: readonly Note[],
    { x, from, to, height }: Plot,
    draw: (note: Note, box: [x: number, y: number, width: number, height: number]) => void,
  ): void => {
    const tall = Math.max(7, (0.9 * height) / (high - low));
    for (const note of notes) {
      if (note.offset < from || note.onset > to) continue;
      const left = x(note.onset);
      draw(note, [left, yOf(note.pitch, height) - tall / 2, Math.max(1.5, x(note.offset) - left), tall]);
    }
  };

  const drawNames = (plot: Plot, colour: string): void => {
    const { context } = plot;
    context.font = '600 11px system-ui, sans-serif';
    context.textAlign = 'left';
    context.textBaseline = 'bottom';
    context.fillStyle = colour;
    let last = -Infinity;
    boxes(data.notes, plot, ({ name }, [left, top]) => {
      // Names that would lie on one another are left out.
      if (left < last) return;
      context.fillText(name, left + 1, top - 1);
      last = left + context.measureText(name).width + 4;
    });
  };

  timeline.track('voice', {
    draw(plot) {
      const { context, left, width, height } = plot;
      const { line, note: noteColour, text, curve: curveColour, song: songColour } = colours();
      if (timeline.shows('spectrogram')) {
        picture.draw(plot);
        // What is drawn over it must be seen where the voice is loudest.
        context.fillStyle = 'rgba(0, 0, 8, 0.42)';
        context.fillRect(left, 0, width, height);
      } else {
        context.fillStyle = timeline.colour('surface');
        context.fillRect(left, 0, width, height);
      }
      context.fillStyle = line;
      for (const { pitch, isInKey } of data.semitones)
        if (isInKey) context.fillRect(left, Math.round(yOf(pitch, height)), width, 1);
      context.save();
      context.beginPath();
      context.rect(left, 0, width, height);
      context.clip();
      if (timeline.shows('notes'))
        boxes(data.notes, plot, ({ confidence }, box) => {
          context.fillStyle = noteColour;
          context.globalAlpha = 0.1 + 0.75 * confidence ** 2;
          context.fillRect(...box);
          context.globalAlpha = 0.9;
          context.strokeStyle = noteColour;
          context.lineWidth = 1;
          context.strokeRect(...box);
          context.globalAlpha = 1;
        });
      if (data.song.length > 0 && timeline.shows('song'))
        boxes(data.song, plot, ({ isHummed }, [x, y, wide, tall]) => {
          context.strokeStyle = songColour;
          context.lineWidth = 2;
          context.setLineDash(isHummed ? [] : [4, 3]);
          context.strokeRect(x, y - 2, wide, tall + 4);
          context.setLineDash([]);
        });
      if (timeline.shows('pitch')) {
        const { secondsPerValue } = data.f0;
        const y = (pitch: number): number => yOf(pitch, height);
        timeline.curve(plot, { values: curve, secondsPerValue, y, colour: curveColour });
      }
      if (timeline.shows('names')) drawNames(plot, text);
      context.restore();
      const ticks = data.semitones.filter(({ isInKey }) => isInKey);
      plot.labels(ticks.map(({ pitch, name }) => ({ at: (pitch - low) / (high - low), label: name })));
    },
    read(time) {
      const within = ({ onset, offset }: DrawnNote): boolean => time >= onset && time < offset;
      const note = data.notes.find(within);
      const sung = data.song.find(within);
      const hummed = curve[Math.round(time / data.f0.secondsPerValue)];
      return [
        note
          ? `${note.name}, ${(note.offset - note.onset).toFixed(2)} s, confidence ${note.confidence.toFixed(2)}`
          : 'no note',
        hummed > 0 ? `${(440 * 2 ** ((hummed - 69) / 12)).toFixed(1)} Hz` : 'unvoiced',
        ...(sung ? [`song ${sung.name}${sung.isHummed ? '' : ' (left out)'}`] : []),
      ].join(' · ');
    },
  });

  for (const button of Array.from(document.querySelectorAll<HTMLElement>('[data-seek]')))
    button.addEventListener('click', () => timeline.seek(Number(button.dataset.seek)));
}
