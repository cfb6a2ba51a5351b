/** The page of `polytag similar --report`: what was asked about, and its neighbours, to listen to. */
import { countText } from '../../../base/format.js';
import { type FoundTrack, type Measure, nameOf, type ToldAnswer } from '../../../catalogue/similar/answer.js';
import { frame } from '../../kit/frame.js';
import { type Content, type Html, html } from '../../kit/html.js';

/** Answers with what they were compared by. */
export interface SimilarReport {
  description: Measure['description'];
  answers: readonly ToldAnswer[];
  /** Address of a track's audio, relative to the page; null where it has none. */
  addressOf(path: string): string | null;
  /** The command that makes the page again. */
  command?: string | null;
}

/** Most tags beside a track. */
const TAGS = 6;

const STYLE = `
.asked { background: var(--surface); border-radius: 10px; padding: 14px 16px; margin-bottom: 14px; }
.neighbours { list-style: none; margin: 0; padding: 0; }
.neighbours > li { display: grid; grid-template-columns: 2.2em minmax(0, 1fr); gap: 0 10px; padding: 12px 0; border-top: 1px solid var(--line); }
.neighbours > li:first-child { border-top: 0; }
.rank { color: var(--muted); font-variant-numeric: tabular-nums; text-align: right; }
.track h3 { margin: 0; }
.track p { margin: 0 0 6px; max-width: none; }
.track audio { display: block; width: 100%; max-width: 420px; height: 36px; }
.near { display: flex; align-items: center; gap: 8px; font-size: 0.9rem; font-variant-numeric: tabular-nums; margin-bottom: 6px; }
.near i { flex: 0 1 180px; height: 8px; border-radius: 4px; background: var(--line); overflow: hidden; }
.near b { display: block; height: 100%; background: var(--series-1); }
.tags span { display: inline-block; border: 1px solid var(--line); border-radius: 999px; padding: 0 8px; margin: 0 4px 4px 0; font-size: 0.84rem; }
@media (min-width: 800px) { .track { display: grid; grid-template-columns: minmax(0, 1fr) minmax(0, 420px); gap: 0 20px; align-items: center; } .sound { grid-column: 2; grid-row: 1; } .asked .track { align-items: start; } }
`;

/** Makes the page. */
export function similarPage({ description, answers, addressOf, command }: SimilarReport): string {
  const track = (
    { path, title, artist, tops }: Pick<FoundTrack, 'path' | 'title' | 'artist' | 'tops'>,
    near: Content,
  ): Html => {
    const address = addressOf(path);
    const name = nameOf({ artist, title });
    const file = path.split(/[\\/]/).at(-1) || path;
    return html`<div class="track"><div><h3>${name || file}</h3><p class="hint">${path}</p>${near}
<div class="tags">${tops.slice(0, TAGS).map((tag) => html`<span>${tag}</span>`)}</div></div>
<div class="sound">${address !== null && html`<audio controls preload="none" src="${address}" aria-label="${name || file}"></audio><p class="notice failure" hidden>This file cannot be played from here.</p>`}</div></div>`;
  };
  const section = ({ paths, tops, neighbours }: ToldAnswer, place: number): Html => {
    const asked = paths.map((path) => track({ path, title: null, artist: null, tops }, null));
    const heading =
      paths.length === 1 ? 'Asked about' : `Asked about ${countText(paths.length, 'track')} together`;
    return html`<section id="answer-${place + 1}"><h2>${heading}</h2><div class="asked">${asked}</div>
${
  neighbours.length === 0
    ? html`<p>No other track is that similar.</p>`
    : html`<ol class="neighbours">${neighbours.map((found, i) => html`<li><span class="rank">${i + 1}</span>${track(found, nearness(found, description))}</li>`)}</ol>`
}</section>`;
  };
  const sum = answers.reduce((total, { neighbours }) => total + neighbours.length, 0);
  return frame({
    title: 'Similar tracks',
    heading: 'Similar tracks',
    lead: html`<p class="lead">${countText(sum, 'neighbour')}, the nearest first, ${measureText(description)}.</p>
<p class="aside">The page plays the files where they are, by links relative to it: move or send it together with the music, or it is silent.</p>`,
    links:
      answers.length > 1
        ? answers.map(({ paths }, i) => ({
            id: `answer-${i + 1}`,
            title: paths.map((path) => path.split(/[\\/]/).at(-1)).join(' + '),
          }))
        : [],
    main: html`${answers.map(section)}`,
    footer: html`Made by polytag.`,
    command,
    style: STYLE,
    script: `'use strict';
for (const audio of document.querySelectorAll('audio'))
  audio.addEventListener('error', () => {
    audio.hidden = true;
    audio.nextElementSibling.hidden = false;
  });
document.addEventListener('play', ({ target }) => {
  for (const audio of document.querySelectorAll('audio')) if (audio !== target) audio.pause();
}, true);
document.documentElement.dataset.state = 'drawn';`,
  });
}

/** What was compared, in words. */
function measureText({ by, measure, bits, search }: Measure['description']): string {
  const what = {
    embedding: "by the cosine of the tracks' embeddings",
    tags: "by the cosine of the tags' scores",
    code: `by the bits in which codes of ${bits} differ${measure === 'cosine' ? ', and of the nearest codes by the cosine of embeddings' : ''}`,
  }[by as 'embedding' | 'tags' | 'code'];
  return search === 'approximate' ? `${what}; a graph finds nearly all of the nearest` : what;
}

/** A bar that is longer the nearer a track is, and the number. */
function nearness({ similarity, distance }: FoundTrack, { bits }: Measure['description']): Html {
  const share = similarity ?? 1 - distance! / Number(bits);
  const text = [
    ...(similarity === undefined ? [] : [`similarity ${similarity.toFixed(3)}`]),
    ...(distance === undefined ? [] : [`${countText(distance, 'bit')} of ${bits}`]),
  ].join(', ');
  return html`<div class="near"><i><b style="width: ${(100 * Math.max(0, share)).toFixed(1)}%"></b></i>${text}</div>`;
}
