/** An animation for each verdict, which moves with the music while it plays. */
import { useEffect, useRef } from 'preact/hooks';

/** Keys of the piano that is drawn, bars of other music. */
const KEYS = 14;

/** Gaps of the black keys in an octave of seven white ones. */
const BLACK = [0, 1, 3, 4, 5];

/** Levels of some bands of what plays, from 0 to 1. */
type Levels = (count: number) => number[];

/** One graph of sound per element: it may not be made twice. */
const analysers = new WeakMap<HTMLAudioElement, AnalyserNode>();

/** Where the sound is taken, once it has begun to play. */
function levelsOf(audio: HTMLAudioElement): Levels {
  const make = (): AnalyserNode => {
    const context = new AudioContext();
    const analyser = new AnalyserNode(context, { fftSize: 1024, smoothingTimeConstant: 0.7 });
    context.createMediaElementSource(audio).connect(analyser).connect(context.destination);
    analysers.set(audio, analyser);
    return analyser;
  };
  return (count) => {
    if (audio.paused) return new Array<number>(count).fill(0);
    const analyser = analysers.get(audio) ?? make();
    const values = new Uint8Array(analyser.frequencyBinCount);
    analyser.getByteFrequencyData(values);
    // From 60 Hz to 4 kHz, even in pitch.
    const binOf = (hz: number): number => Math.round((hz / analyser.context.sampleRate) * analyser.fftSize);
    return Array.from({ length: count }, (_, i) => {
      const [from, to] = [i, i + 1].map((k) => binOf(60 * (4000 / 60) ** (k / count)));
      return (
        values.subarray(from, Math.max(from + 1, to)).reduce((most, value) => Math.max(most, value), 0) / 255
      );
    });
  };
}

type Draw = (
  context: CanvasRenderingContext2D,
  size: number,
  levels: Levels,
  time: number,
  style: CSSStyleDeclaration,
) => void;

/** A keyboard whose keys go down where the music is loud. */
const drawPiano: Draw = (context, size, levels, _, style) => {
  const pressed = levels(KEYS);
  const width = size / KEYS;
  for (let key = 0; key < KEYS; key++) {
    const down = pressed[key] > 0.55 ? 8 : 0;
    context.fillStyle = down ? style.getPropertyValue('--series-1') : '#ffffff';
    context.strokeStyle = '#1b1f24';
    context.fillRect(key * width, size * 0.3 + down, width - 1, size * 0.4);
    context.strokeRect(key * width, size * 0.3 + down, width - 1, size * 0.4);
  }
  context.fillStyle = '#1b1f24';
  for (let key = 0; key < KEYS - 1; key++)
    if (BLACK.includes(key % 7))
      context.fillRect((key + 0.68) * width, size * 0.3, width * 0.64, size * 0.24);
};

/** Strings that swing. */
const drawOther: Draw = (context, size, levels, time, style) => {
  const bars = levels(8);
  context.lineWidth = 3;
  for (const [i, level] of bars.entries()) {
    context.strokeStyle = style.getPropertyValue(`--series-${i + 1}`);
    context.beginPath();
    const y = size * (0.16 + 0.095 * i);
    for (let x = 0; x <= size; x += 4) {
      const swing =
        Math.sin((Math.PI * x) / size) * Math.sin(time * (9 + i) + x / 22) * size * 0.05 * (level + 0.08);
      if (x === 0) context.moveTo(x, y);
      else context.lineTo(x, y + swing);
    }
    context.stroke();
  }
};

/** A question mark that cannot decide. */
const drawConfusing: Draw = (context, size, levels, time, style) => {
  const level = Math.max(...levels(4));
  context.save();
  context.translate(size / 2, size / 2);
  context.rotate(Math.sin(time * 2) * (0.15 + 0.3 * level));
  context.fillStyle = style.getPropertyValue('--warn');
  context.font = `700 ${size * (0.6 + 0.15 * level)}px system-ui, sans-serif`;
  context.textAlign = 'center';
  context.textBaseline = 'middle';
  context.fillText('?', 0, 0);
  context.restore();
};

const drawings: Record<string, Draw> = { piano: drawPiano, confusing: drawConfusing };

export function Animation({ kind, audio }: { kind: string; audio: HTMLAudioElement | null }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const own = canvas.current!;
    const context = own.getContext('2d')!;
    const levels: Levels = audio ? levelsOf(audio) : (count) => new Array<number>(count).fill(0);
    const isStill = matchMedia('(prefers-reduced-motion: reduce)');
    let frame = 0;
    const draw = (time: number): void => {
      const size = own.clientWidth;
      const scale = devicePixelRatio;
      own.width = size * scale;
      own.height = size * scale;
      context.scale(scale, scale);
      (drawings[kind] ?? drawOther)(
        context,
        size,
        levels,
        isStill.matches ? 0 : time / 1000,
        getComputedStyle(own),
      );
      frame = requestAnimationFrame(draw);
    };
    frame = requestAnimationFrame(draw);
    return () => cancelAnimationFrame(frame);
  }, [kind, audio]);
  return <canvas ref={canvas} class="animation" role="img" aria-label={`Drawing of ${kind}`} />;
}
