/** A project as a page that plays it: one file, which needs nothing else. */
import { clockText } from '../../base/format.js';
import { keyName } from '../../features/harmony/key.js';
import { frame } from '../../report/kit/frame.js';
import { embedJson, Html, html } from '../../report/kit/html.js';
import { formOf } from '../form/divide-passages.js';
import type { Project } from '../project/schema.js';
import { pieceTicks, secondsOf } from '../project/timeline.js';
import type { DrawnScore } from '../score/score.js';
import { type FollowData, follow } from './browser/follow.js';
import { colourClass, pianoRoll, rollId } from './piano-roll.js';
import { playedParts } from './played-parts.js';

/** What a page is made of. */
export interface ProjectPage {
  project: Project;
  /** The whole piece as an MP3 file, with an Info frame, so that players begin where the piece does. */
  mp3: Uint8Array;
  /** Its score, to be shown below; the page is without one where it is left out. */
  score?: DrawnScore;
}

const STYLE = `
.player { position: sticky; top: 0; z-index: 4; background: var(--background); padding: 10px 0; display: flex; flex-wrap: wrap; gap: 6px 16px; align-items: center; }
.player audio { width: 100%; }
.player span { font-variant-numeric: tabular-nums; }
.roll, .score { overflow: auto; border: 1px solid var(--line); border-radius: 8px; background: var(--surface); }
.score { max-height: 70vh; background: var(--background); padding: 8px; }
.score > svg { width: 100%; min-width: 640px; height: auto; display: block; }
.score .note.on { color: var(--accent); fill: var(--accent); }
.roll svg { display: block; cursor: pointer; }
.roll text { font: 600 13px system-ui, sans-serif; fill: var(--text); }
.roll .black { fill: var(--line); opacity: .45; }
.roll .passage { stroke: var(--muted); stroke-width: 1; }
.roll .cursor { stroke: var(--text); stroke-width: 2; }
.roll .note.on { stroke: var(--text); stroke-width: 2; }
.parts { list-style: none; padding: 0; margin: 8px 0 0; display: flex; flex-wrap: wrap; gap: 4px 18px; font-size: .9rem; }
.parts i { display: inline-block; width: 12px; height: 12px; border-radius: 3px; margin-right: 6px; vertical-align: -1px; }
${Array.from({ length: 8 }, (_, i) => `.part-${i + 1} { fill: var(--series-${i + 1}); background: var(--series-${i + 1}); }`).join('\n')}
`;

/** Bytes that are made text at a time: a multiple of three, as base64 writes three at once. */
const CHUNK = 3 * 8192;

/** Bytes as base64, in browsers too. */
function base64(bytes: Uint8Array): string {
  const parts: string[] = [];
  for (let at = 0; at < bytes.length; at += CHUNK)
    parts.push(btoa(String.fromCharCode(...bytes.subarray(at, at + CHUNK))));
  return parts.join('');
}

/** When the notes of the roll begin and end. */
function rollMoments(project: Project): FollowData['moments'] {
  const ends = playedParts(project).flatMap(({ notes }, track) =>
    notes.flatMap(({ start, end }, i) => [
      { ticks: start, id: rollId(track, i), isOn: true },
      { ticks: end, id: rollId(track, i), isOn: false },
    ]),
  );
  return ends.map(({ ticks, id, isOn }) => [secondsOf(project, ticks), isOn ? [id] : [], isOn ? [] : [id]]);
}

/** Moments in order of time; what ends at one comes before what begins. */
function inOrder(moments: FollowData['moments']): FollowData['moments'] {
  const rounded = moments.map(([seconds, on, off]): FollowData['moments'][number] => [
    Number(seconds.toFixed(3)),
    ...([on, off] as const),
  ]);
  return rounded.sort((a, b) => a[0] - b[0] || a[1].length - b[1].length);
}

/**
 * A page that plays a project offline: its sound, a piano roll that follows it and from which it can be played, its form and
 * parts, and its score where there is one, in which the notes that sound are marked. It is one file in the style of all pages,
 * light and dark, and as large as the MP3 and a third more, with 0.3 MB a minute for a score.
 */
export function projectPage({ project, mp3, score }: ProjectPage): string {
  const { title, tempo, beats, key } = project;
  const seconds = secondsOf(project, pieceTicks(project));
  const parts = playedParts(project);
  const heading = title.trim() || 'A piece without a title';
  const drawn = score?.moments.map(({ seconds: at, on, off }): FollowData['moments'][number] => [
    at,
    on,
    off,
  ]);
  const data: FollowData = {
    seconds,
    moments: inOrder([...rollMoments(project), ...(drawn ?? [])]),
  };
  const facts = [
    `Form ${formOf(project)}`,
    ...(key ? [keyName(key)] : []),
    `${Math.round(tempo)} quarters a minute`,
    `${beats} quarters a bar`,
    clockText(seconds),
  ].join(' · ');
  return frame({
    ...{ title: heading, heading, style: STYLE },
    lead: html`<p class="lead">${facts}</p>`,
    main: html`<div class="player">
<audio controls preload="auto" aria-label="${heading}" src="data:audio/mpeg;base64,${new Html(base64(mp3))}"></audio>
<span data-clock></span>
</div>
<div class="roll" tabindex="0" aria-label="Piano roll, which scrolls sideways">${pianoRoll(project)}</div>
<p class="hint">Click the roll to play from there.</p>
<ul class="parts" aria-label="Parts">${parts.map(({ track }, i) => html`<li><i class="${colourClass(i)}"></i>${track.name}</li>`)}</ul>
${score && html`<section><h2>Score</h2><div class="score" tabindex="0" aria-label="Score, which scrolls">${score.pages.map((page) => new Html(page))}</div></section>`}`,
    footer: html`<p class="explanation">Made with the studio of polytag. The page holds its sound and needs no connection.</p>`,
    script: `'use strict';\n(${follow})(${embedJson(data)});`,
  });
}
