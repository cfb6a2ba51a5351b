/** The pitch of what is sung, while it is sung. */
import { resample } from '../../../audio/resample.js';
import { HOP, TRACKER_RATE } from '../../../transcription/f0.js';
import { pyinTracker } from '../../../transcription/trackers/pyin.js';

/** What the page sends. */
export interface PitchRequest {
  samples: Float32Array;
  sampleRate: number;
}

/** What it gets: the median pitch of the last frames in Hz; null where they are not voiced. */
export interface PitchReply {
  hz: number | null;
}

/** Frames that decide: 64 ms. */
const LAST = 4;

/** Samples at the tracker's rate that are looked at. */
const WINDOW = 32 * HOP;

const tracker = pyinTracker();
let recent = new Float32Array(0);

/** Keeps the last samples, and tracks them. */
async function track({ samples, sampleRate }: PitchRequest): Promise<PitchReply> {
  const own = resample(samples, sampleRate, TRACKER_RATE);
  const joined = new Float32Array(Math.min(WINDOW, recent.length + own.length));
  const kept = Math.max(0, joined.length - own.length);
  joined.set(recent.subarray(recent.length - kept));
  joined.set(own.subarray(own.length - (joined.length - kept)), kept);
  recent = joined;
  const { hz, confidence } = await tracker.track(recent);
  const voiced = [...hz.subarray(-LAST)].filter(
    (_, i) => confidence[hz.length - Math.min(LAST, hz.length) + i] >= 0.5,
  );
  if (voiced.length < LAST / 2) return { hz: null };
  return { hz: voiced.sort((a, b) => a - b)[voiced.length >> 1] };
}

addEventListener('message', ({ data }: MessageEvent<PitchRequest>) => {
  void track(data).then((reply) => postMessage(reply));
});
