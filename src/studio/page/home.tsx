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
import { megabytes } from './parts/texts.js';
import { RecordPanel } from './record/record-panel.js';
import { SettingsPanel } from './settings-panel.js';

/** Files that are read as notes, not as sound. */
const SCORE = /\.(mid|midi|musicxml|xml|abc|json)$/i;

interface HomeProps {
  state: ServerState | null;
  error?: string;
  onRecording: (recording: Recording, settings: RecogniseSettings) => void;
  onOpen: (id: string) => void;
  onImport: (file: File) => void;
  onTag: (file: File) => void;
  onClassify: (recording: Recording) => void;
}

export function Home({ state, error, onRecording, onOpen, onImport, onTag, onClassify }: HomeProps) {
  const [settings, setSettings] = useState<RecogniseSettings>({});
  const [problem, setProblem] = useState<string | null>(null);
  const [isOver, setOver] = useState(false);
  const take = (file: File | undefined): void => {
    if (!file) return;
    if (SCORE.test(file.name)) onImport(file);
    else if (state && file.size > state.limits.bytes)
      setProblem(
        `${file.name} has ${megabytes(file.size)}, and the studio takes ${megabytes(state.limits.bytes)}; choose a shorter part.`,
      );
    else onRecording({ name: file.name, bytes: file }, settings);
  };
  const shown = problem ?? error;
  return (
    <main
      class={isOver ? 'narrow home over' : 'narrow home'}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        event.preventDefault();
        setOver(false);
        take(event.dataTransfer?.files[0]);
      }}
    >
      <header>
        <h1>polytag studio</h1>
        <p class="lead">Hum a tune. Leave with a score and an MP3.</p>
      </header>
      {shown && (
        <p class="error" role="alert">
          {shown}
        </p>
      )}
      <RecordPanel
        mostSeconds={state?.limits.seconds ?? 600}
        onRecorded={(name, bytes) => onRecording({ name, bytes }, settings)}
      />
      <section>
        <h2>Or take a file</h2>
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
            ? `What a tagger sees needs its model once: polytag models pull ${state.models.tagger}.`
            : 'What a tagger sees: tags over time, computed in this page. Nothing is uploaded.'}
        </p>
        <FileButton onFile={(file) => file && onTag(file)}>See its tags</FileButton>
      </section>
      {state?.models.piano && (
        <section>
          <h2>Piano or other?</h2>
          <FileButton onFile={(file) => file && onClassify({ name: file.name, bytes: file })}>
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

interface FileButtonProps {
  onFile: (file: File | undefined) => void;
  children: string;
}

function FileButton({ onFile, children }: FileButtonProps) {
  return (
    <label class="button">
      {children}
      <input type="file" class="hidden" onChange={({ currentTarget }) => onFile(currentTarget.files?.[0])} />
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
              <button type="button" aria-label={`Delete ${title}`} onClick={() => ask(id)}>
                Delete
              </button>
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}
