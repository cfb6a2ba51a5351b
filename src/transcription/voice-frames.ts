/** Pitch and level of a recording that comes in pieces. */
import { joinSamples } from '../audio/samples.js';
import { HOP, type PitchFrames, type PitchTracker, TRACKER_RATE } from './f0.js';
import { SampleCheck } from './sample-check.js';

/** What notes are made of: one value per frame. */
export interface VoiceFrames extends PitchFrames {
  /** Level in dB of the two hops around the frame's middle, relative to full scale; at least −140. */
  level: Float32Array;
  /** Seconds of sound. */
  seconds: number;
  /** Largest magnitude of a sample. */
  peak: number;
  /** Share of the samples that are at full scale. */
  clipped: number;
}

const FLOOR_DB = -140;

/**
 * Tracks a recording window by window: memory holds one window of samples and five numbers per frame (14 MB for three
 * hours). The pieces may end anywhere; the frames do not depend on where they do.
 */
export class VoiceFrameStream {
  /** Samples from the first frame of the context on. */
  private pending: Float32Array[] = [];
  private pendingLength = 0;
  /** Frames before the pending samples, and frames that are done. */
  private base = 0;
  private done = 0;
  private readonly check = new SampleCheck();
  private lastEnergy = 0;
  private readonly parts: (PitchFrames & { level: Float32Array })[] = [];

  constructor(private readonly tracker: PitchTracker) {}

  /** Takes the next samples, mono, at the tracker's rate. Throws RangeError for samples that are not finite. */
  async push(samples: Float32Array): Promise<void> {
    this.check.take(samples);
    this.pending.push(samples);
    this.pendingLength += samples.length;
    const { window, context } = this.tracker;
    while (this.pendingLength >= (this.done - this.base + window + context.after) * HOP)
      await this.take(window, (this.done - this.base + window + context.after) * HOP);
  }

  /** Ends the recording and gives all its frames. */
  async finish(): Promise<VoiceFrames> {
    const left = Math.max(1, Math.floor(this.check.received / HOP)) - this.done;
    if (this.check.received > 0 && left > 0) await this.take(left, this.pendingLength);
    const join = (what: 'hz' | 'confidence' | 'likeness' | 'level'): Float32Array =>
      joinSamples(this.parts.map((part) => part[what]));
    return {
      hz: join('hz'),
      confidence: join('confidence'),
      likeness: join('likeness'),
      level: join('level'),
      seconds: this.check.received / TRACKER_RATE,
      peak: this.check.peak,
      clipped: this.check.clipped,
    };
  }

  /** Tracks the next frames by the first `length` pending samples, and drops those that are no longer needed. */
  private async take(frames: number, length: number): Promise<void> {
    const samples = joinSamples(this.pending);
    const first = this.done - this.base;
    const { hz, confidence, likeness } = await this.tracker.track(samples.subarray(0, length));
    const part = {
      hz: hz.slice(first, first + frames),
      confidence: confidence.slice(first, first + frames),
      likeness: likeness.slice(first, first + frames),
      level: new Float32Array(frames),
    };
    for (let t = 0; t < frames; t++) {
      const hop = samples.subarray((first + t) * HOP, (first + t + 1) * HOP);
      let [energy, peak] = [0, 0];
      for (let n = 0; n < hop.length; n++) {
        energy += hop[n] * hop[n];
        peak = Math.max(peak, Math.abs(hop[n]));
      }
      part.level[t] = Math.max(FLOOR_DB, 10 * Math.log10((this.lastEnergy + energy) / (2 * HOP)));
      this.lastEnergy = energy;
      if (peak < this.tracker.silence) part.confidence[t] = 0;
    }
    this.parts.push(part);
    this.done += frames;
    const keep = Math.max(0, this.done - this.tracker.context.before) - this.base;
    this.base += keep;
    this.pending = [samples.slice(keep * HOP)];
    this.pendingLength = this.pending[0].length;
  }
}
