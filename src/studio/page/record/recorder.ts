/** Records the microphone as samples. */
import captureUrl from './capture.worklet.ts?worker&url';
import type { PitchReply, PitchRequest } from './pitch.worker.js';
import PitchWorker from './pitch.worker.js?worker';

/** What the browser did to the sound: on, off, or null where it does not say. */
export interface AppliedProcessing {
  echoCancellation: boolean | null;
  noiseSuppression: boolean | null;
  autoGainControl: boolean | null;
}

/** What a recording is at the moment. */
export interface RecordingNow {
  seconds: number;
  /** The highest sample of the last 50 ms, from 0 to 1. */
  peak: number;
  /** The highest sample since the beginning. */
  loudest: number;
  /** What is sung, in Hz; null where nothing is. */
  hz: number | null;
}

/** A recording that ended. */
export interface Recorded {
  samples: Float32Array;
  sampleRate: number;
}

/** Samples that the live pitch is found from at a time, in seconds. */
const PITCH_STEP = 0.064;

const sentences: Record<string, string> = {
  NotAllowedError:
    'The browser does not allow the microphone; allow it beside the address, then record again, or choose a file.',
  NotFoundError: 'No microphone is connected; connect one, or choose a file.',
  NotReadableError: 'Another program uses the microphone; close it, then record again.',
};

/** A recording in progress. */
export class Recorder {
  private readonly blocks: Float32Array[] = [];
  private length = 0;
  private sentToPitch = 0;
  private isTracking = false;
  private now: RecordingNow = { seconds: 0, peak: 0, loudest: 0, hz: null };
  private readonly worker = new PitchWorker();

  private constructor(
    private readonly stream: MediaStream,
    private readonly context: AudioContext,
    readonly processing: AppliedProcessing,
    private readonly onNow: (now: RecordingNow) => void,
  ) {
    this.worker.addEventListener('message', ({ data }: MessageEvent<PitchReply>) => {
      this.isTracking = false;
      this.now = { ...this.now, hz: data.hz };
    });
  }

  /**
   * Opens the microphone without the browser's processing of speech, which chews on held vowels, and reads back what was
   * applied. Throws Error, one sentence, where there is no microphone or it is not allowed.
   */
  static async open(onNow: (now: RecordingNow) => void): Promise<Recorder> {
    if (!navigator.mediaDevices)
      throw new Error(
        'This page may not use the microphone; open it on localhost or by https, or choose a file.',
      );
    let stream: MediaStream;
    try {
      stream = await navigator.mediaDevices.getUserMedia({
        audio: { echoCancellation: false, noiseSuppression: false, autoGainControl: false },
      });
    } catch (error) {
      const { name, message } = error as DOMException;
      throw new Error(sentences[name] ?? `The microphone cannot be opened: ${message}.`);
    }
    const settings = stream.getAudioTracks()[0].getSettings();
    const applied = (name: keyof AppliedProcessing): boolean | null => {
      const value = settings[name] as boolean | string | undefined;
      return value === undefined ? null : value !== false;
    };
    const context = new AudioContext();
    const processing = {
      echoCancellation: applied('echoCancellation'),
      noiseSuppression: applied('noiseSuppression'),
      autoGainControl: applied('autoGainControl'),
    };
    const recorder = new Recorder(stream, context, processing, onNow);
    await context.audioWorklet.addModule(captureUrl);
    return recorder;
  }

  /** Begins to keep samples. */
  async start(): Promise<void> {
    await this.context.resume();
    const source = this.context.createMediaStreamSource(this.stream);
    const capture = new AudioWorkletNode(this.context, 'capture', { numberOfOutputs: 0 });
    capture.port.onmessage = ({ data }: MessageEvent<Float32Array>) => this.take(data);
    source.connect(capture);
  }

  /** The rate that the browser records at, which need not be the microphone's. */
  get sampleRate(): number {
    return this.context.sampleRate;
  }

  /** The audio clock, for a count-in. */
  get audio(): AudioContext {
    return this.context;
  }

  private take(block: Float32Array): void {
    this.blocks.push(block);
    this.length += block.length;
    const peak = block.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0);
    const seconds = this.length / this.sampleRate;
    const loudest = Math.max(peak, this.now.loudest);
    this.now = { ...this.now, seconds, loudest, peak: Math.max(peak, 0.8 * this.now.peak) };
    this.onNow(this.now);
    const step = Math.round(PITCH_STEP * this.sampleRate);
    if (this.isTracking || this.length - this.sentToPitch < step) return;
    this.isTracking = true;
    const request: PitchRequest = { samples: this.since(this.sentToPitch), sampleRate: this.sampleRate };
    this.sentToPitch = this.length;
    this.worker.postMessage(request);
  }

  /** The samples from one on. */
  private since(from: number): Float32Array {
    const samples = new Float32Array(this.length - from);
    let at = this.length;
    for (let i = this.blocks.length - 1; i >= 0 && at > from; i--) {
      at -= this.blocks[i].length;
      const skip = Math.max(0, from - at);
      samples.set(this.blocks[i].subarray(skip), at + skip - from);
    }
    return samples;
  }

  /** Ends the recording and closes the microphone. */
  async stop(): Promise<Recorded> {
    this.worker.terminate();
    for (const track of this.stream.getTracks()) track.stop();
    const { sampleRate } = this;
    await this.context.close();
    return { samples: this.since(0), sampleRate };
  }
}
