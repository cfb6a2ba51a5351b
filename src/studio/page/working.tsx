/** What is shown while a recording is recognised. */
import type { JobProgress } from './api.js';
import { stepText, timeLeft } from './parts/texts.js';

export function Working({
  title,
  progress,
  cancel,
}: {
  title: string;
  progress: JobProgress | null;
  cancel: () => void;
}) {
  const done = progress ? Math.round(100 * progress.done) : 0;
  return (
    <main class="narrow working">
      <h1 tabIndex={-1}>{title}</h1>
      <p aria-live="polite">{progress ? `${stepText(progress)} …` : 'Sending the recording …'}</p>
      <progress max={100} value={progress ? done : undefined} aria-label="Progress" />
      <p class="muted">{progress ? `${done} %${timeLeft(progress.seconds_left)}` : ' '}</p>
      <button type="button" onClick={cancel}>
        Cancel
      </button>
    </main>
  );
}
