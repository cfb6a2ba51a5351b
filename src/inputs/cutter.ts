/** Cuts a recording into the windows that a model takes, as the samples come. */
import { checkSamples } from '../audio/possible-samples.js';
import { Resampler } from '../audio/resample.js';
import type { RowStream } from '../features/stream.js';
import type { AudioFeature } from './audio-feature.js';
import { frozenSteps, wholeSteps } from './frozen-rows.js';
import { hasFrames, isSamples } from './kind.js';
import { readWindow } from './read-window.js';
import { type AudioInput, cutForm, type Input, type WindowGrid, windowSize } from './window.js';

/** Treatment of the end of a recording that fills no whole window; see `CutOptions`. */
export type Tail = 'cover' | 'drop';

/** How recordings are cut. */
export interface CutOptions {
  grid: WindowGrid;
  /** Of which the audio inputs are cut. */
  inputs: readonly Input[];
  /** `cover`: the last window is moved back so that it ends where the recording ends; `drop`: the end is left out. */
  remainder: Tail;
}

/** Some windows of a recording, one after the other. */
export interface Windows {
  count: number;
  /** First frame of each on the grid. */
  starts: number[];
  /** By audio input in the form that `cutForm` gives it, row-major [count × length × width]. */
  values: Record<string, Float32Array>;
}

/** Rows of some width, of which the latest are kept. */
class RecentRows {
  private rows: Float32Array = new Float32Array(0);
  /** Index of the first row kept, and numbers that are held. */
  private first = 0;
  private held = 0;

  constructor(
    private readonly width: number,
    private readonly silence: number,
  ) {}

  /** Rows so far; one that has begun counts. */
  get begun(): number {
    return this.first + Math.ceil(this.held / this.width);
  }

  /** Rows so far that are whole. */
  get whole(): number {
    return this.first + Math.floor(this.held / this.width);
  }

  /** Numbers so far. */
  get numbers(): number {
    return this.first * this.width + this.held;
  }

  append(values: Float32Array): void {
    if (this.held + values.length > this.rows.length) {
      const grown = new Float32Array(2 * (this.held + values.length));
      grown.set(this.rows.subarray(0, this.held));
      this.rows = grown;
    }
    this.rows.set(values, this.held);
    this.held += values.length;
  }

  /** Copies rows from `start` on; silence follows the last. */
  copy(start: number, target: Float32Array): void {
    const from = (start - this.first) * this.width;
    const part = this.rows.subarray(from, Math.max(from, Math.min(this.held, from + target.length)));
    target.set(part);
    target.fill(this.silence, part.length);
  }

  /** Releases rows before `start`. */
  forget(start: number): void {
    const numbers = Math.min(this.held, (start - this.first) * this.width);
    if (numbers <= 0) return;
    this.rows.copyWithin(0, numbers, this.held);
    this.held -= numbers;
    this.first += numbers / this.width;
  }
}

/** One input's rows on the grid. */
interface Lane {
  input: AudioInput;
  stream: RowStream;
  /** Of the input; of what a frozen model takes, where that makes the input's rows. Of samples, one row holds a hop's. */
  rows: RecentRows;
  /** Steps per frame of the grid: rows, or windows of a frozen model. */
  rate: number;
}

/** A lane for an input whose rows a frozen model makes: NaN stands behind the end of the recording. */
function frozenLane(input: AudioInput, feature: AudioFeature, grid: WindowGrid): Lane {
  return {
    ...{ input, stream: feature.stream(), rows: new RecentRows(feature.width, Number.NaN) },
    rate: grid.hopLength / input.feature.hopLength!,
  };
}

/** Steps of a lane that are whole so far. */
const wholeOf = ({ input: { frozen }, rows: { whole } }: Lane): number =>
  frozen ? wholeSteps(whole, frozen) : whole;

/** Steps of a lane once the recording has ended. */
const begunOf = ({ input: { frozen }, rows: { begun } }: Lane): number =>
  frozen ? frozenSteps(begun, frozen) : begun;

/** Cuts one recording. Windows lie side by side or overlap, as the grid says; a recording shorter than one gives one, padded. */
export class WindowCutter {
  private readonly resampler: Resampler | null;
  private readonly lanes: Lane[];
  private next = 0;

  constructor(
    private readonly options: CutOptions,
    sampleRate: number,
  ) {
    const { grid, inputs } = options;
    this.resampler = sampleRate === grid.sampleRate ? null : new Resampler(sampleRate, grid.sampleRate);
    this.lanes = inputs.flatMap((input): Lane[] => {
      if (input.source !== 'audio') return [];
      if (input.frozen) return [frozenLane(input, input.frozen.feature, grid)];
      const { hopLength, width, silence } = input.feature;
      // Samples are kept by the hop, so that a row that has begun counts as a frame of silence does.
      return [
        {
          input,
          stream: input.feature.stream(),
          rows: new RecentRows(isSamples(input.feature) ? grid.hopLength * width : width, silence),
          rate: hasFrames(input.feature) ? grid.hopLength / hopLength! : 1,
        },
      ];
    });
  }

  /**
   * Takes the next mono samples and gives the windows that are whole by now, maybe none. Throws RangeError when a sample
   * is not finite.
   */
  push(samples: Float32Array): Windows {
    checkSamples(samples);
    this.take(this.resampler ? this.resampler.push(samples) : samples);
    return this.cut(
      this.startsUpTo(Math.min(...this.lanes.map((lane) => Math.floor(wholeOf(lane) / lane.rate)))),
    );
  }

  /** Ends the recording and gives the last windows. */
  finish(): Windows {
    if (this.resampler) this.take(this.resampler.finish());
    for (const { stream, rows } of this.lanes) {
      const last = stream.finish();
      if (last) rows.append(last);
    }
    const total = this.length();
    const starts = this.startsUpTo(total);
    const { grid, remainder } = this.options;
    const covered = this.next === 0 ? 0 : this.next - this.step + grid.frames;
    if (covered === 0) starts.push(0);
    else if (remainder === 'cover' && total > covered) starts.push(total - grid.frames);
    return this.cut(starts);
  }

  /** Frames of the grid: those of the first input that has frames decide, as they do where a model is trained. */
  private length(): number {
    const lane = gridLane(this.lanes, ({ input }) => input);
    return Math.ceil(begunOf(lane) / lane.rate);
  }

  private get step(): number {
    const { step, frames } = this.options.grid;
    return step ?? frames;
  }

  private take(samples: Float32Array): void {
    for (const { stream, rows } of this.lanes) {
      const certain = stream.push(samples);
      if (certain) rows.append(certain);
    }
  }

  /** Starts of the next windows that end before a frame. */
  private startsUpTo(available: number): number[] {
    const { frames } = this.options.grid;
    const starts: number[] = [];
    for (; this.next + frames <= available; this.next += this.step) starts.push(this.next);
    return starts;
  }

  private cut(starts: number[]): Windows {
    const { grid } = this.options;
    const { frames } = grid;
    const values = this.lanes.map(({ input, rows, rate }): [string, Float32Array] => {
      const size = windowSize(cutForm(input));
      const own = new Float32Array(starts.length * size);
      for (const [i, start] of starts.entries()) {
        const first = Math.round(start * rate) * (input.frozen?.step ?? 1);
        const read = (target: Float32Array): void => rows.copy(first, target);
        const window = own.subarray(i * size, (i + 1) * size);
        if (input.frozen) read(window);
        else readWindow(input, grid, rows.numbers / input.feature.width, read, window);
      }
      return [input.name, own];
    });
    // A window that is moved back reaches into the one before.
    for (const { input, rows, rate } of this.lanes)
      rows.forget(Math.floor((this.next - frames) * rate) * (input.frozen?.step ?? 1));
    return { count: starts.length, starts, values: Object.fromEntries(values) };
  }
}

/** Of several inputs the one whose frames are the grid's: the first that has frames, else the first. */
export function gridLane<Item>(items: readonly Item[], inputOf: (item: Item) => AudioInput): Item {
  return items.find((item) => hasFrames(inputOf(item).feature)) ?? items[0];
}
