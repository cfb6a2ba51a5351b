/** Where a person begins: record, choose a file, or go on with a project. */

import { useEffect, useState } from 'preact/hooks';
import { clockText } from '../../base/format.js';
import {
  deleteProject,
  listProjects,
  type ProjectEntry,
  type RecogniseSettings,
  type Recording,
  type ServerState,
} from './api.js';
import { useFileDrop } from './parts/file-drop.js';
import { saveBlob } from './parts/save-file.js';
import { megabytes } from './parts/texts.js';
import { type Hum, RecordPanel } from './record/record-panel.js';
import { SettingsPanel } from './settings-panel.js';

/** Files that are read as notes, not as sound. */
const SCORE = /\.(mid|midi|musicxml|xml|abc|json)$/i;

interface HomeProps {
  state: ServerState | null;
  error?: string;
  /** A recording of the microphone that has not become notes. */
  hum: Hum | null;
  onHum: (hum: Hum, settings: RecogniseSettings) => void;
  onDiscardHum: () => void;
  onRecording: (recording: Recording, settings: RecogniseSettings) => void;
  onOpen: (id: string) => void;
  onImport: (file: File) => void;
  onTag: (file: File) => void;
  onClassify: (recording: Recording) => void;
}

export function Home(props: HomeProps) {
  const { state, error, hum, onHum, onDiscardHum, onRecording, onOpen, onImport, onTag, onClassify } = props;
  const [settings, setSettings] = useState<RecogniseSettings>({});
  const [problem, setProblem] = useState(error ?? '');
  useEffect(() => setProblem(error ?? ''), [error]);
  /** Passes a file on unless it is larger than the server takes: a browser cannot tell a connection that is cut from none. */
  const unlessLarge = (file: File, most: number | undefined, use: (file: File) => void): void => {
    if (most !== undefined && file.size > most)
      setProblem(
        `${file.name} has ${megabytes(file.size)}, and the studio takes ${megabytes(most)}; choose a smaller file.`,
      );
    else use(file);
  };
  const { bytes, project_bytes: projectBytes } = state?.limits ?? {};
  const take = (file: File): void => {
    setProblem('');
    if (SCORE.test(file.name)) unlessLarge(file, projectBytes, onImport);
    else unlessLarge(file, bytes, () => onRecording({ name: file.name, bytes: file }, settings));
  };
  const isOver = useFileDrop((files) => {
    if (files.length > 1) setProblem(`Drop one file at a time; these were ${files.length}.`);
    else take(files[0]);
  });
  return (
    <main class={isOver ? 'narrow home over' : 'narrow home'}>
      <header>
        <h1 tabIndex={-1}>polytag studio</h1>
        <p class="lead">Hum a tune. Leave with a score and an MP3.</p>
      </header>
      {problem && (
        <p class="error" role="alert">
          {problem}
        </p>
      )}
      {hum && <KeptHum hum={hum} onRetry={() => onHum(hum, settings)} onDiscard={onDiscardHum} />}
      <RecordPanel
        mostSeconds={state?.limits.seconds ?? 600}
        onStart={() => setProblem('')}
        onRecorded={(sung) => onHum(sung, settings)}
      />
      <section>
        <h2>Or open a file</h2>
        <p class="muted">
          A recording of one voice or instrument (MP3, WAV, FLAC, Ogg, M4A), a score (MIDI, MusicXML, ABC) or
          a saved project. Drop it anywhere on this page.
        </p>
        <FileButton onFile={take}>Choose a file</FileButton>
        <LinkField action="Open link" onLink={(link) => onRecording({ link }, settings)} />
      </section>
      <section>
        <h2>Look at a track</h2>
        <p class="muted">
          {state && !state.models[String(state.models.tagger)]
            ? `What a tagger sees needs its model once: npx polytag models pull ${state.models.tagger}.`
            : 'What a tagger sees: tags over time, computed in this page. Nothing is uploaded.'}
        </p>
        <FileButton onFile={onTag}>See its tags</FileButton>
      </section>
      {state?.models.piano && (
        <section>
          <h2>Piano or other?</h2>
          <FileButton
            onFile={(file) => unlessLarge(file, bytes, () => onClassify({ name: file.name, bytes: file }))}
          >
            Choose a recording
          </FileButton>
          <LinkField action="Check link" onLink={(link) => onClassify({ link })} />
        </section>
      )}
      <SettingsPanel settings={settings} state={state} onChange={setSettings} />
      <Projects onOpen={onOpen} />
      <footer class="muted">
        Everything stays on this computer{state ? ` · polytag ${state.version}` : ''}
      </footer>
    </main>
  );
}

/** A recording that could not be made into notes, or was not let: nobody sings the same twice. */
function KeptHum({ hum, onRetry, onDiscard }: { hum: Hum; onRetry: () => void; onDiscard: () => void }) {
  return (
    <section class="notices" aria-label="Your recording">
      <p>Your recording has not become notes yet. It is kept until you close this page or record again.</p>
      <div class="row">
        <button type="button" onClick={onRetry}>
          Try again
        </button>
        <button type="button" onClick={() => saveBlob(hum.wav, hum.name)}>
          Save the recording
        </button>
        <button type="button" onClick={onDiscard}>
          Discard it
        </button>
      </div>
    </section>
  );
}

interface FileButtonProps {
  onFile: (file: File) => void;
  children: string;
}

function FileButton({ onFile, children }: FileButtonProps) {
  return (
    <label class="button">
      {children}
      <input
        type="file"
        class="hidden"
        onChange={({ currentTarget }) => {
          const file = currentTarget.files?.[0];
          // The same file can be chosen again.
          currentTarget.value = '';
          if (file) onFile(file);
        }}
      />
    </label>
  );
}

function LinkField({ action, onLink }: { action: string; onLink: (link: string) => void }) {
  const [link, setLink] = useState('');
  return (
    <form
      class="row"
      onSubmit={(event) => {
        event.preventDefault();
        if (link.trim() !== '') onLink(link.trim());
      }}
    >
      <input
        type="url"
        value={link}
        placeholder="https://…/song.mp3"
        aria-label="Link of an audio file"
        onInput={({ currentTarget }) => setLink(currentTarget.value)}
      />
      <button type="submit" disabled={link.trim() === ''}>
        {action}
      </button>
    </form>
  );
}

function Projects({ onOpen }: { onOpen: (id: string) => void }) {
  const [projects, setProjects] = useState<ProjectEntry[] | null>(null);
  const [asked, ask] = useState<string | null>(null);
  const read = (): void => {
    listProjects().then(setProjects, () => setProjects([]));
  };
  useEffect(read, []);
  if (!projects || projects.length === 0) return null;
  return (
    <section>
      <h2>Your pieces</h2>
      <ul class="projects">
        {projects.map(({ id, title, modified, seconds, error }) => (
          <li key={id}>
            <button
              type="button"
              class="plain open"
              disabled={error !== undefined}
              onClick={() => onOpen(id)}
            >
              <b>{title || 'Untitled'}</b>
              <span class="muted">
                {error ?? `${new Date(modified).toLocaleString()} · ${clockText(seconds)}`}
              </span>
            </button>
            {asked === id ? (
              <>
                <button type="button" class="danger" onClick={() => deleteProject(id).then(read, read)}>
                  Delete for good
                </button>
                <button type="button" onClick={() => ask(null)}>
                  Keep
                </button>
              </>
            ) : (
              <button
                type="button"
                aria-label={`Delete ${title || 'Untitled'}, changed ${new Date(modified).toLocaleString()}`}
                onClick={() => ask(id)}
              >
                Delete
              </button>
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}
