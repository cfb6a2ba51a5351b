/** Cuts a recording into the windows that a model takes, as the samples come. */
import { Resampler } from '../../audio/resample.js';
import { logMelStream } from '../../features/log-mel.js';
import type { FeatureStream } from '../../features/stream.js';
import type { ModelSettings } from '../../training/model-settings.js';

/** Some windows of a recording, one after the other. */
export interface Windows {
  count: number;
  /** First frame of each. */
  starts: number[];
  /** Row-major [count × frames × bands]; null where the model takes none. */
  mel: Float32Array | null;
  /** Row-major [count × frames · hopLength]; null where the model takes none. */
  waveform: Float32Array | null;
}

/** Rows of some width, of which the latest are kept. */
class RecentRows {
  private rows: Float32Array = new Float32Array(0);
  /** Index of the first row kept, and numbers that are held. */
  private first = 0;
  private held = 0;

  constructor(private readonly width: number) {}

  /** Rows so far; one that has begun counts. */
  get begun(): number {
    return this.first + Math.ceil(this.held / this.width);
  }

  /** Rows so far that are whole. */
  get whole(): number {
    return this.first + Math.floor(this.held / this.width);
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

  /** Copies rows from `start` on; what lies behind the last is zero, which is silence. */
  copy(start: number, target: Float32Array): void {
    const from = (start - this.first) * this.width;
    const part = this.rows.subarray(from, Math.min(this.held, from + target.length));
    target.set(part);
    target.fill(0, part.length);
  }

  /** Lets go of rows before `start`. */
  forget(start: number): void {
    const numbers = Math.min(this.held, (start - this.first) * this.width);
    if (numbers <= 0) return;
    this.rows.copyWithin(0, numbers, this.held);
    this.held -= numbers;
    this.first += numbers / this.width;
  }
}

/** Cuts one recording. Windows lie side by side; a recording shorter than one gives one, with silence behind it. */
export class WindowCutter {
  private readonly resampler: Resampler | null;
  private readonly stream: FeatureStream | null;
  private readonly mel: RecentRows | null;
  private readonly waveform: RecentRows | null;
  private next = 0;

  /**
   * @param settings - what the model takes
   * @param sampleRate - of the recording, in Hz
   */
  constructor(
    private readonly settings: ModelSettings,
    sampleRate: number,
  ) {
    this.resampler =
      sampleRate === settings.sampleRate ? null : new Resampler(sampleRate, settings.sampleRate);
    const { mel, sampleRate: rate } = settings;
    this.stream = mel && logMelStream({ ...mel, sampleRate: rate });
    this.mel = mel && new RecentRows(mel.melBands);
    this.waveform = settings.waveform ? new RecentRows(settings.hopLength) : null;
  }

  /**
   * Takes the next samples.
   *
   * @param samples - mono samples at the recording's rate
   * @returns the windows that are whole now, maybe none
   */
  push(samples: Float32Array): Windows {
    this.take(this.resampler ? this.resampler.push(samples) : samples);
    return this.cut(this.startsUpTo(Math.min(this.mel?.whole ?? Infinity, this.waveform?.whole ?? Infinity)));
  }

  /**
   * Ends the recording.
   *
   * @returns the last windows
   */
  finish(): Windows {
    if (this.resampler) this.take(this.resampler.finish());
    const rows = this.stream?.finish();
    if (rows) this.mel!.append(rows.values);
    // The spectrogram's frames decide, as they do where a model is trained.
    const total = (this.mel ?? this.waveform)!.begun;
    const starts = this.startsUpTo(total);
    const done = this.next;
    const { windowFrames: frames, remainder } = this.settings;
    if (done === 0) starts.push(0);
    else if (remainder === 'cover' && total > done) starts.push(total - frames);
    return this.cut(starts);
  }

  private take(samples: Float32Array): void {
    this.waveform?.append(samples);
    const rows = this.stream?.push(samples);
    if (rows) this.mel!.append(rows.values);
  }

  /** Starts of the next windows that end before a frame. */
  private startsUpTo(available: number): number[] {
    const { windowFrames: frames } = this.settings;
    const starts: number[] = [];
    for (; this.next + frames <= available; this.next += frames) starts.push(this.next);
    return starts;
  }

  private cut(starts: number[]): Windows {
    const { windowFrames: frames, mel, hopLength } = this.settings;
    const part = (rows: RecentRows | null, width: number): Float32Array | null => {
      if (!rows) return null;
      const values = new Float32Array(starts.length * frames * width);
      for (const [i, start] of starts.entries())
        rows.copy(start, values.subarray(i * frames * width, (i + 1) * frames * width));
      return values;
    };
    const windows = {
      count: starts.length,
      starts,
      mel: part(this.mel, mel?.melBands ?? 0),
      waveform: part(this.waveform, hopLength),
    };
    // A window that is moved back reaches into the one before.
    this.mel?.forget(this.next - frames);
    this.waveform?.forget(this.next - frames);
    return windows;
  }
}
