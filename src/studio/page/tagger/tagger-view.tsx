/** What a tagger sees in a recording: sound, spectrogram, tags over time, attention, similar tracks. */

import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { clockText } from '../../../base/format.js';
import { followJob, type ServerState, startJob } from '../api.js';
import { drawCells, drawMatrix, drawOutline } from '../strips/draw-strips.js';
import { Strip } from '../strips/strip.js';
import { TimeAxis } from '../strips/time-axis.js';
import type { TagAnswer, TagMessage, TagQuestion } from './tagger.worker.js';
import TaggerWorker from './tagger.worker.js?worker';

/** Tags that are drawn over time. */
const SHOWN = 12;

interface SimilarTrack {
  name: string;
  similarity?: number;
  distance?: number;
  tags: string[];
}

interface TaggerProps {
  file: File;
  state: ServerState | null;
  onLeave: () => void;
}

export function TaggerView({ file, state, onLeave }: TaggerProps) {
  const [step, setStep] = useState('Opening');
  const [answer, setAnswer] = useState<TagAnswer | null>(null);
  const [error, setError] = useState('');
  const [audio, setAudio] = useState<HTMLAudioElement | null>(null);
  const url = useMemo(() => URL.createObjectURL(file), [file]);
  const worker = useRef<Worker | null>(null);
  useEffect(() => {
    const own = new TaggerWorker();
    worker.current = own;
    own.addEventListener('message', ({ data }: MessageEvent<TagMessage>) => {
      if ('step' in data) setStep(data.step);
      else if ('error' in data) setError(data.error);
      else setAnswer(data.answer);
    });
    own.addEventListener('error', () => setError('The page could not load its tagger; load the page again.'));
    file.arrayBuffer().then((bytes) => {
      const question: TagQuestion = {
        ...{ bytes: new Uint8Array(bytes), name: file.name, seconds: state?.limits.seconds ?? 600 },
        model: new URL('api/models/tagger', location.href.split('#')[0]).href,
        wasm: new URL('wasm/', location.href.split('#')[0]).href,
      };
      own.postMessage(question, [question.bytes.buffer]);
    }, setError);
    return () => {
      own.terminate();
      URL.revokeObjectURL(url);
    };
  }, [file]);
  return (
    <main class="wide">
      <header class="bar">
        <button type="button" onClick={onLeave}>
          ← Back
        </button>
        <h1 class="file" tabIndex={-1}>
          {file.name}
        </h1>
      </header>
      {/* biome-ignore lint/a11y/useMediaCaption: It is music that a person brought. */}
      <audio ref={setAudio} src={url} controls />
      {error && (
        <p class="error" role="alert">
          {error}
        </p>
      )}
      {!answer && !error && (
        <p aria-live="polite">
          {step} … <progress aria-label={step} />
        </p>
      )}
      {answer && <Answer answer={answer} audio={audio} />}
      {answer && state?.index && <Similar file={file} />}
    </main>
  );
}

function Answer({ answer, audio }: { answer: TagAnswer; audio: HTMLAudioElement | null }) {
  const { tags, starts, scores, attention, outline, mel, seconds, model, backend, took } = answer;
  const shown = tags.slice(0, SHOWN);
  const drawings = useMemo(
    () => ({
      outline: drawOutline(outline),
      mel: drawMatrix(mel),
      tags: drawCells(
        starts,
        scores.map((row) => row.slice(0, SHOWN)),
        seconds,
      ),
      attention: attention.map(({ heads, steps, weights }) => {
        const most = weights.reduce((a, b) => Math.max(a, b), 1e-9);
        const columns = Array.from({ length: steps }, (_, t) =>
          Array.from({ length: heads }, (_, head) => weights[head * steps + t] / most),
        );
        return drawCells(
          columns.map((_, t) => (t * seconds) / steps),
          columns,
          seconds,
        );
      }),
    }),
    [answer],
  );
  return (
    <>
      <p class="muted">
        {model} on {backend === 'wasm' ? 'WebAssembly' : 'WebGPU'}, in this page: nothing was uploaded.{' '}
        {clockText(seconds)} of music in {((took.decoding + took.tagging) / 1000).toFixed(1)} s.
      </p>
      <ol class="top-tags">
        {shown.map(({ tag, score }) => (
          <li key={tag}>
            <span>{tag}</span>
            <meter min={0} max={1} value={score} aria-label={tag} />
            <span class="number">{score.toFixed(2)}</span>
          </li>
        ))}
      </ol>
      <div class="strips">
        <Strip label="Waveform" height={70} {...{ seconds, audio }} draw={drawings.outline} />
        <Strip label="Mel spectrogram" height={150} {...{ seconds, audio }} draw={drawings.mel} />
        <ol aria-hidden="true">
          {shown.map(({ tag }) => (
            <li key={tag}>{tag}</li>
          ))}
        </ol>
        <Strip
          label="Tags over time"
          height={22 * shown.length}
          {...{ seconds, audio }}
          draw={drawings.tags}
        />
        {attention.map(({ branch, heads }, i) => (
          <Strip
            key={branch}
            label={`Attention on ${branch}, ${heads} heads`}
            height={16 * heads}
            {...{ seconds, audio }}
            draw={drawings.attention[i]}
          />
        ))}
        <TimeAxis seconds={seconds} />
      </div>
      {attention.length === 0 && <p class="muted">This model has no attention.</p>}
    </>
  );
}

/** Similar tracks of the catalogue, which the server looks up: it has the catalogue. */
function Similar({ file }: { file: File }) {
  const [tracks, setTracks] = useState<SimilarTrack[] | null>(null);
  const [note, setNote] = useState('');
  const find = async (): Promise<void> => {
    setNote('Looking …');
    try {
      const job = await startJob({ kind: 'tag', recording: { name: file.name, bytes: file } });
      const result = await followJob<{ similar: SimilarTrack[] | null }>(job, ({ step }) =>
        setNote(`${step} …`),
      );
      setTracks(result.similar ?? []);
      setNote('');
    } catch (error) {
      setNote((error as Error).message);
    }
  };
  return (
    <section>
      <h2>Similar tracks</h2>
      {tracks === null && (
        <button type="button" onClick={find}>
          Find in the catalogue (sends the recording to the studio’s server)
        </button>
      )}
      <p aria-live="polite">{note}</p>
      <ol>
        {tracks?.map(({ name, similarity, distance, tags }) => (
          <li key={name}>
            {name}{' '}
            <span class="muted">
              {similarity !== undefined ? similarity.toFixed(3) : `${distance} bits`} · {tags.join(', ')}
            </span>
          </li>
        ))}
      </ol>
    </section>
  );
}
