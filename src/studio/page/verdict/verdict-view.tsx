/** "Piano or other": the verdict on a recording, second by second, with an animation for each. */
import { useEffect, useMemo, useState } from 'preact/hooks';
import {
  Cancelled,
  cancelJob,
  followJob,
  type JobProgress,
  type Recording,
  type ServerState,
  startJob,
} from '../api.js';
import { stepText, timeLeft } from '../parts/texts.js';
import { drawOutline } from '../strips/draw-strips.js';
import { Strip } from '../strips/strip.js';
import { TimeAxis } from '../strips/time-axis.js';
import { Animation } from './animation.js';

/** An outline as base64 of int8: pairs of smallest and largest sample. */
interface SentOutline {
  values: string;
}

/** What the server says of a recording. */
interface Classification {
  model: string;
  labels: string[];
  verdict: {
    name: string;
    class: string;
    snippets: number;
    votes: number;
    probability: number;
    margin: number;
    confusing: boolean | null;
    probabilities: Record<string, number>;
    warning: string | null;
  };
  windows: { window_seconds: number; starts: number[]; scores: number[][] };
  waveform: SentOutline;
  seconds: number;
}

interface VerdictProps {
  recording: Recording;
  state: ServerState | null;
  onLeave: () => void;
}

export function VerdictView({ recording, state, onLeave }: VerdictProps) {
  const [progress, setProgress] = useState<JobProgress | null>(null);
  const [result, setResult] = useState<Classification | null>(null);
  const [error, setError] = useState('');
  const [audio, setAudio] = useState<HTMLAudioElement | null>(null);
  const url = useMemo(
    () => ('bytes' in recording ? URL.createObjectURL(recording.bytes) : null),
    [recording],
  );
  useEffect(() => {
    let job: string | null = null;
    const sending = new AbortController();
    const look = async (): Promise<void> => {
      job = await startJob({ kind: 'classify', recording, signal: sending.signal });
      setResult(await followJob<Classification>(job, setProgress));
      job = null;
    };
    look().catch((failure) => failure instanceof Cancelled || setError((failure as Error).message));
    return () => {
      sending.abort(new Cancelled('Cancelled.'));
      if (job) void cancelJob(job).catch(() => {});
      if (url) URL.revokeObjectURL(url);
    };
  }, [recording]);
  const name = 'name' in recording ? recording.name : recording.link;
  return (
    <main class="wide">
      <header class="bar">
        <button type="button" onClick={onLeave}>
          ← Back
        </button>
        <h1 class="file" tabIndex={-1}>
          {name}
        </h1>
      </header>
      {error && (
        <p class="error" role="alert">
          {error}
          {state && !state.models.piano && ' Start the studio with --piano RUN.'}
        </p>
      )}
      {!result && !error && (
        <p aria-live="polite">
          {progress ? `${stepText(progress)}${timeLeft(progress.seconds_left)}` : 'Sending the recording'} …{' '}
          <progress max={1} value={progress?.done} aria-label="Progress" />
        </p>
      )}
      {url && (
        // biome-ignore lint/a11y/useMediaCaption: It is music that a person brought.
        <audio ref={setAudio} src={url} controls />
      )}
      {result && <Verdict result={result} audio={audio} />}
    </main>
  );
}

function outlineOf({ values }: SentOutline): Float32Array {
  const bytes = Uint8Array.from(atob(values), (character) => character.charCodeAt(0));
  return Float32Array.from(new Int8Array(bytes.buffer), (value) => value / 127);
}

function Verdict({ result, audio }: { result: Classification; audio: HTMLAudioElement | null }) {
  const { verdict, windows, labels, seconds, model } = result;
  const kind = verdict.confusing ? 'confusing' : verdict.class;
  const outline = useMemo(() => {
    /** The class that most of a moment is for. */
    const classAt = (share: number): number => {
      const { starts, scores } = windows;
      let at = 0;
      while (at + 1 < starts.length && starts[at + 1] <= share * seconds) at++;
      const row = scores[at] ?? [];
      return row.indexOf(Math.max(...row));
    };
    return drawOutline(
      outlineOf(result.waveform),
      (share) => `--series-${(Math.max(0, classAt(share)) % 8) + 1}`,
    );
  }, [result]);
  return (
    <>
      <div class="verdict">
        <Animation kind={kind} audio={audio} />
        <div>
          <p class="class">{verdict.confusing ? 'Confusing' : verdict.class}</p>
          <p>
            {verdict.votes} of {verdict.snippets} random snippets are for {verdict.class}; mean probability{' '}
            {Math.round(100 * verdict.probability)} %.
            {verdict.confusing &&
              ' The classes are too close to one another for a verdict: it may be both at once, or neither.'}
            {verdict.confusing === null &&
              ' This model has no bound below which it calls a recording confusing.'}
          </p>
          {verdict.warning && <p class="error">{verdict.warning}</p>}
          <p class="muted">Model: {model}</p>
        </div>
      </div>
      <Strip
        label="Votes second by second, over the waveform"
        height={110}
        {...{ seconds, audio }}
        draw={outline}
      />
      <TimeAxis seconds={seconds} />
      <ul class="legend">
        {labels.map((label, i) => (
          <li key={label} style={{ '--track': `var(--series-${(i % 8) + 1})` }}>
            <span class="swatch" /> {label} {Math.round(100 * (verdict.probabilities[label] ?? 0))} %
          </li>
        ))}
      </ul>
    </>
  );
}
