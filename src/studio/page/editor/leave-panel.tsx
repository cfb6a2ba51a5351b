/** Leaves with files: MP3, WAV, FLAC, MIDI, MusicXML, a page, the project. */
import { useState } from 'preact/hooks';
import { Cancelled, cancelJob, followJob, startExport } from '../api.js';
import { saveFrom, saveProjectFile } from '../parts/save-file.js';
import { megabytes, timeLeft } from '../parts/texts.js';
import type { Session } from '../session.js';

const FORMS: [as: string, text: string, hint: string][] = [
  ['mp3', 'MP3', 'to listen anywhere'],
  ['wav', 'WAV', 'without loss'],
  ['flac', 'FLAC', 'without loss, smaller'],
  ['mid', 'MIDI', 'for a sequencer'],
  ['musicxml', 'MusicXML', 'for a notation program'],
  ['html', 'Web page', 'one file that plays it'],
];

interface Written {
  file: string;
  name: string;
  bytes: number;
}

type Writing = { as: string; job: string; text: string } | null;

export function LeavePanel({ session }: { session: Session }) {
  const [writing, setWriting] = useState<Writing>(null);
  const [written, setWritten] = useState<Written | null>(null);
  const [error, setError] = useState('');
  const write = async (as: string): Promise<void> => {
    if (writing !== null) return;
    setError('');
    setWritten(null);
    try {
      const job = await startExport(session.project, as);
      setWriting({ as, job, text: '' });
      const result = await followJob<Written>(job, ({ step, done, seconds_left: left }) =>
        setWriting({ as, job, text: `${step}, ${Math.round(100 * done)} %${timeLeft(left)}` }),
      );
      setWritten(result);
      saveFrom(result.file, result.name);
    } catch (failure) {
      if (!(failure instanceof Cancelled)) setError((failure as Error).message);
    }
    setWriting(null);
  };
  return (
    <section class="leave" aria-label="Take it with you">
      <h2>Take it with you</h2>
      <div class="row">
        {FORMS.map(([as, text, hint]) => (
          // A button that is disabled would lose the focus of the keyboard.
          <button
            key={as}
            type="button"
            title={hint}
            aria-disabled={writing !== null}
            onClick={() => write(as)}
          >
            {text}
          </button>
        ))}
        <button
          type="button"
          title="to go on later, or on another computer"
          onClick={() => saveProjectFile(session.project)}
        >
          Project
        </button>
      </div>
      <p aria-live="polite">
        {writing && (
          <>
            Writing {writing.as} … {writing.text}{' '}
            <button type="button" onClick={() => cancelJob(writing.job).catch(() => {})}>
              Cancel
            </button>
          </>
        )}
        {written && (
          <a href={written.file} download={written.name}>
            {written.name} ({megabytes(written.bytes)})
          </a>
        )}
      </p>
      {error && (
        <p class="error" role="alert">
          {error}
        </p>
      )}
    </section>
  );
}
