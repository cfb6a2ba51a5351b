/** Which view is shown, and what it shows. */
import { useEffect, useRef, useState } from 'preact/hooks';
import {
  type ApiError,
  Cancelled,
  cancelJob,
  createProject,
  followJob,
  importFile,
  type JobProgress,
  openProject,
  type Recognised,
  type RecogniseSettings,
  type Recording,
  readState,
  type ServerState,
  startJob,
} from './api.js';
import { Editor } from './editor/editor.js';
import { Home } from './home.js';
import { useFileDrop } from './parts/file-drop.js';
import type { Hum } from './record/record-panel.js';
import { Session } from './session.js';
import { TaggerView } from './tagger/tagger-view.js';
import { VerdictView } from './verdict/verdict-view.js';
import { Working } from './working.js';

/** What is shown. */
type View =
  | { kind: 'home'; error?: string }
  | { kind: 'working'; title: string; progress: JobProgress | null; cancel: () => void }
  | { kind: 'editor'; session: Session }
  | { kind: 'tagger'; file: File }
  | { kind: 'verdict'; recording: Recording };

/** The project that the address names: `#/project/ID`. */
const linkedProject = (): string | null => /^#\/project\/([0-9a-f]{16})$/.exec(location.hash)?.[1] ?? null;

export function App() {
  const [view, show] = useState<View>({ kind: 'home' });
  const [state, setState] = useState<ServerState | null>(null);
  /** What was sung and has not become notes yet. */
  const [hum, keepHum] = useState<Hum | null>(null);
  useFileDrop(null);
  const fail = (error: unknown): void => {
    if (location.hash) history.replaceState(null, '', ' ');
    show({ kind: 'home', ...(error instanceof Cancelled ? {} : { error: (error as Error).message }) });
  };
  const edit = (session: Session): void => {
    history.replaceState(null, '', `#/project/${session.id}`);
    show({ kind: 'editor', session });
  };
  const open = async (id: string): Promise<void> => {
    try {
      edit(new Session({ id, ...(await openProject(id)) }));
    } catch (error) {
      fail(error);
    }
  };
  useEffect(() => {
    readState().then(setState, (error: ApiError) => fail(error));
    const id = linkedProject();
    if (id) void open(id);
  }, []);
  const shown = view.kind === 'editor' ? view.session.id : view.kind;
  const before = useRef(shown);
  // Who works by keys or with a screen reader goes on at the beginning of what is shown.
  useEffect(() => {
    if (before.current === shown) return;
    before.current = shown;
    document.querySelector('h1')?.focus();
  }, [shown]);
  useEffect(() => {
    if (!hum) return;
    const warn = (event: BeforeUnloadEvent): void => event.preventDefault();
    addEventListener('beforeunload', warn);
    return () => removeEventListener('beforeunload', warn);
  }, [hum]);

  /** Has a recording recognised, and opens what it becomes. */
  const recognise = async (recording: Recording, settings: RecogniseSettings): Promise<void> => {
    const title = 'name' in recording ? recording.name : recording.link;
    const sending = new AbortController();
    const working = (progress: JobProgress | null, cancel: () => void): void =>
      show({ kind: 'working', title, progress, cancel });
    working(null, () => sending.abort(new Cancelled('Cancelled.')));
    try {
      const job = await startJob({ kind: 'recognise', recording, settings, signal: sending.signal });
      const cancel = (): void => void cancelJob(job).catch(() => {});
      working(null, cancel);
      const result = await followJob<Recognised>(job, (progress) => working(progress, cancel));
      keepHum(null);
      edit(new Session(result, result.warnings));
    } catch (error) {
      fail(error);
    }
  };

  /** Has a hum recognised, which is kept until it has become notes. */
  const recogniseHum = (sung: Hum, settings: RecogniseSettings): void => {
    keepHum(sung);
    void recognise(
      { name: sung.name, bytes: sung.wav },
      sung.tempo === null ? settings : { ...settings, tempo: sung.tempo },
    );
  };

  /** Opens a score or project file as a new project. */
  const importProject = async (file: File): Promise<void> => {
    try {
      const { project, warnings } = await importFile(file);
      edit(new Session({ ...(await createProject(project)), project }, warnings));
    } catch (error) {
      fail(error);
    }
  };

  /** Closes a piece unless it cannot be saved. Returns whether it is closed. */
  const leave = async (session: Session, isAbandoned: boolean): Promise<boolean> => {
    if (isAbandoned) session.abandon();
    else if (!(await session.close())) return false;
    history.replaceState(null, '', ' ');
    show({ kind: 'home' });
    return true;
  };

  if (view.kind === 'editor')
    return (
      <Editor
        key={view.session.id}
        session={view.session}
        state={state}
        onLeave={(isAbandoned) => leave(view.session, isAbandoned)}
      />
    );
  if (view.kind === 'tagger')
    return <TaggerView file={view.file} state={state} onLeave={() => show({ kind: 'home' })} />;
  if (view.kind === 'verdict')
    return <VerdictView recording={view.recording} state={state} onLeave={() => show({ kind: 'home' })} />;
  if (view.kind === 'working') return <Working {...view} />;
  return (
    <Home
      state={state}
      error={view.error}
      hum={hum}
      onHum={recogniseHum}
      onDiscardHum={() => keepHum(null)}
      onRecording={recognise}
      onOpen={open}
      onImport={importProject}
      onTag={(file) => show({ kind: 'tagger', file })}
      onClassify={(recording) => show({ kind: 'verdict', recording })}
    />
  );
}
