/** Records a hum: level, count-in, live pitch, and what the browser did to the sound. */
import { useEffect, useRef, useState } from 'preact/hooks';
import { encodeWav } from '../../../audio/encode/wav.js';
import { clockText } from '../../../base/format.js';
import { noteName } from '../../../transcription/facts.js';
import { midiOf } from '../../../transcription/segment.js';
import { click } from '../sound/click.js';
import { LiveCurve } from './live-curve.js';
import { type AppliedProcessing, Recorder, type RecordingNow } from './recorder.js';

/** A recording of the microphone. */
export interface Hum {
  name: string;
  wav: Blob;
  /** Quarters a minute of the count-in; null where there was none. */
  tempo: number | null;
}

const SILENT: RecordingNow = { seconds: 0, peak: 0, loudest: 0, hz: null };

/** Seconds after which a microphone should have given something, and the least sample of one that is on. */
const [PATIENCE, ON] = [3, 0.003];

/** Clicks before a recording with a count-in. */
const COUNT = 4;

type Stage = 'ready' | 'opening' | 'counting' | 'recording' | 'failed';

interface RecordProps {
  mostSeconds: number;
  onStart: () => void;
  onRecorded: (hum: Hum) => void;
}

export function RecordPanel({ mostSeconds, onStart, onRecorded }: RecordProps) {
  const recorder = useRef<Recorder | null>(null);
  const [stage, setStage] = useState<Stage>('ready');
  const [now, setNow] = useState(SILENT);
  const [message, setMessage] = useState('');
  const [countIn, setCountIn] = useState(false);
  const [tempo, setTempo] = useState(100);
  const [count, setCount] = useState(0);
  const [processing, setProcessing] = useState<AppliedProcessing | null>(null);
  useEffect(() => () => void recorder.current?.stop(), []);

  const start = async (): Promise<void> => {
    onStart();
    setStage('opening');
    setNow(SILENT);
    try {
      const opened = await Recorder.open(setNow);
      recorder.current = opened;
      setProcessing(opened.processing);
      if (countIn) {
        setStage('counting');
        await clicks(opened.audio, tempo, setCount);
        if (recorder.current !== opened) return;
      }
      await opened.start();
      setStage('recording');
    } catch (error) {
      setMessage((error as Error).message);
      setStage('failed');
    }
  };
  const stop = async (isKept: boolean): Promise<void> => {
    const own = recorder.current;
    recorder.current = null;
    setStage('ready');
    if (!own) return;
    const { samples, sampleRate } = await own.stop();
    if (!isKept || samples.length === 0) return;
    const wav = encodeWav([samples], sampleRate, 24);
    const time = new Date().toISOString().slice(0, 19).replaceAll(':', '-');
    onRecorded({
      name: `hum-${time}.wav`,
      wav: new Blob([wav as Uint8Array<ArrayBuffer>], { type: 'audio/wav' }),
      tempo: countIn ? tempo : null,
    });
  };
  useEffect(() => {
    if (stage === 'recording' && now.seconds >= mostSeconds) void stop(true);
  }, [now, stage]);

  // Buttons that are not ready stay where they are for the keyboard: one that is disabled loses the focus.
  const isOn = stage === 'recording' || stage === 'counting';
  return (
    <section class={`record ${stage}`} aria-label="Record">
      <div class="row">
        {isOn ? (
          <button
            type="button"
            class="primary big"
            onClick={() => stage === 'recording' && stop(true)}
            aria-disabled={stage === 'counting'}
          >
            <span class="stop-sign" /> Stop and make notes
          </button>
        ) : (
          <button
            type="button"
            class="primary big"
            onClick={() => stage !== 'opening' && start()}
            aria-disabled={stage === 'opening'}
          >
            <span class="record-sign" /> {stage === 'opening' ? 'Opening the microphone …' : 'Record'}
          </button>
        )}
        {isOn && (
          <button type="button" onClick={() => stop(false)}>
            Discard
          </button>
        )}
        {!isOn && (
          <label class="check">
            <input
              type="checkbox"
              checked={countIn}
              onChange={({ currentTarget }) => setCountIn(currentTarget.checked)}
            />
            Count me in at
            <input
              type="number"
              min={40}
              max={200}
              value={tempo}
              aria-label="Tempo of the count-in"
              onChange={({ currentTarget }) =>
                setTempo(Math.min(200, Math.max(40, currentTarget.valueAsNumber || 100)))
              }
            />
            bpm
          </label>
        )}
      </div>
      {!isOn && (
        <p class="muted hint">
          Hum, or sing “la”, one note at a time. Every note can be corrected afterwards.
        </p>
      )}
      <p class="visually-hidden" aria-live="polite">
        {stage === 'recording' ? 'Recording.' : ''}
      </p>
      {stage === 'counting' && (
        <p class="count" aria-live="assertive">
          {count}
        </p>
      )}
      {stage === 'recording' && (
        <>
          <p class="now">
            <span class="time">{clockText(now.seconds)}</span>
            <span class="pitch">{now.hz ? noteName(Math.round(midiOf(now.hz)), null) : '–'}</span>
            <Meter peak={now.peak} />
          </p>
          <LiveCurve now={now} />
          {now.seconds > PATIENCE && now.loudest < ON && (
            <p class="error" role="alert">
              The microphone gives no sound; check that it is switched on and is the one that you use.
            </p>
          )}
        </>
      )}
      {stage === 'failed' && (
        <p class="error" role="alert">
          {message}
        </p>
      )}
      {processing && isOn && <p class="muted small-text">{processingText(processing)}</p>}
    </section>
  );
}

function Meter({ peak }: { peak: number }) {
  const decibels = Math.max(-60, 20 * Math.log10(Math.max(peak, 1e-6)));
  const level = (decibels + 60) / 60;
  return (
    <meter
      min={0}
      max={1}
      low={0.2}
      high={0.98}
      optimum={0.6}
      value={level}
      aria-label={`Level ${Math.round(decibels)} dB`}
    />
  );
}

/** What the browser says that it does, none of which was asked for. */
function processingText(applied: AppliedProcessing): string {
  const names: Record<keyof AppliedProcessing, string> = {
    echoCancellation: 'echo cancellation',
    noiseSuppression: 'noise suppression',
    autoGainControl: 'automatic gain',
  };
  const by = (wanted: boolean | null): string[] =>
    (Object.keys(names) as (keyof AppliedProcessing)[])
      .filter((name) => applied[name] === wanted)
      .map((name) => names[name]);
  const parts = [
    by(true).length > 0 ? `The browser keeps ${by(true).join(', ')} on, which may spoil held notes.` : '',
    by(false).length > 0 ? `Off: ${by(false).join(', ')}.` : '',
    by(null).length > 0 ? `Not told: ${by(null).join(', ')}.` : '',
  ];
  return parts.filter(Boolean).join(' ');
}

/** Clicks on the audio clock; resolves with the beat after the last. */
async function clicks(audio: AudioContext, tempo: number, onCount: (count: number) => void): Promise<void> {
  await audio.resume();
  const beat = 60 / tempo;
  const first = audio.currentTime + 0.1;
  for (let i = 0; i < COUNT; i++) click(audio, audio.destination, first + i * beat, i === 0);
  for (let i = 0; i < COUNT; i++) {
    onCount(COUNT - i);
    const wait = first + (i + 1) * beat - audio.currentTime;
    await new Promise((resolve) => setTimeout(resolve, Math.max(0, 1000 * wait)));
  }
}
