/** Clips to listen to: what they sound like, what the model attended to, and what it predicted for them. */
import { decide } from '../../../eval/decisions.js';
import { metricText } from '../../../eval/format.js';
import type { AttentionView, ExampleView, ReportBase, RunReport } from '../../../eval/run-report.js';
import { SPECIAL_TOKENS } from '../../../text/vocabulary.js';
import { type Html, html } from '../../kit/html.js';
import { type Section, sectionScript } from '../../kit/sections.js';
import { details } from '../../kit/text.js';
import { drawExamples } from './browser/draw-examples.js';
import { attentionShares, embedExample } from './embedded-example.js';

/** Rules of clips with attention, and of labels and terms as chips. */
export const EXAMPLES_STYLE = `
.examples { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 470px), 1fr)); gap: 18px; }
article h3 .hint::before { content: "· "; }
.picture { position: relative; height: 170px; border-radius: 6px; overflow: hidden; background: #000004; }
.picture canvas { display: block; width: 100%; height: 100%; cursor: crosshair; }
.picture .cursor { margin-left: -1px; background: #ffffff; box-shadow: 0 0 3px #000000; }
.axis { display: flex; justify-content: space-between; margin: 2px 0 8px; }
.keys { display: flex; flex-wrap: wrap; gap: 4px 12px; margin: 4px 0 10px; }
.keys.dark { background: #14171b; color: #ffffff; border-radius: 6px; padding: 2px 10px; margin: 0; font-size: 0.82rem; }
.share { display: grid; grid-template-columns: 4.2em 1fr; align-items: center; font-size: 0.82rem; color: var(--muted); }
.share div { display: flex; height: 9px; gap: 1px; border-radius: 3px; overflow: hidden; }
.share i { background: var(--colour); }
.verdicts { display: grid; grid-template-columns: max-content 1fr; gap: 4px 12px; margin: 6px 0; font-size: 0.86rem; align-items: baseline; }
.verdicts dt { color: var(--muted); }
.verdicts dd { margin: 0; min-width: 0; }
.chips { list-style: none; display: flex; flex-wrap: wrap; gap: 5px; margin: 0; padding: 0; }
.chips li { border: 1px solid var(--line); border-radius: 999px; padding: 0 9px; background: var(--background); }
.chips li span { color: var(--muted); font-variant-numeric: tabular-nums; }
.terms .chips + .chips { margin: 5px 0 12px; }
.chips .hit { border-color: var(--good); color: var(--good); }
.chips .missed { border-color: var(--warn); color: var(--warn); border-style: dashed; }
.chips .false { border-color: var(--bad); color: var(--bad); }
.lyrics { font-size: 0.95rem; line-height: 1.75; max-height: 240px; overflow-y: auto; margin: 0; }
.lyrics span { --weight: 0%; background: color-mix(in srgb, var(--positive) var(--weight), transparent); border-radius: 3px; padding: 1px; }
.lyrics .gap { color: var(--muted); }
.lyrics.plain { white-space: pre-wrap; }
@media (max-width: 560px) {
  .picture { height: 140px; }
  .verdicts { grid-template-columns: 1fr; gap: 2px; }
}
`;

/** Bytes of audio that the page may hold, so that with everything else it stays under 15 MB as base64. */
const AUDIO_BUDGET = 7_500_000;

/** Audio types that a page may play; anything else is not embedded. */
const MEDIA_TYPE = /^audio\/[\w.+-]+$/;

/** Which examples' audio fits into the page, first come, first served. */
function audible(examples: readonly ExampleView[]): boolean[] {
  let left = AUDIO_BUDGET;
  return examples.map(({ audio, mediaType }) => {
    if (!audio || !MEDIA_TYPE.test(mediaType) || audio.length > left) return false;
    left -= audio.length;
    return true;
  });
}

function player({ audio, mediaType }: ExampleView, isEmbedded: boolean): Html {
  if (audio && isEmbedded)
    return html`<audio controls preload="metadata" src="data:${mediaType};base64,${Buffer.from(audio.buffer, audio.byteOffset, audio.length).toString('base64')}"></audio>`;
  return html`<p class="hint">${audio ? 'The audio was left out to keep the page under 15 MB.' : 'There is no recording that could be read.'}</p>`;
}

/** True and predicted labels of one example; marks and words say what colours say. */
function verdicts({ predictions }: RunReport, row: number, decisions: Uint8Array): Html {
  const { labels, scores, targets } = predictions;
  const all = labels
    .map((label, j) => {
      const at = row * labels.length + j;
      return { label, score: scores[at], isTrue: targets[at] === 1, isPredicted: decisions[at] === 1 };
    })
    .sort((a, b) => b.score - a.score);
  const group = (
    title: string,
    kind: string,
    mark: string,
    isTrue: boolean,
    isPredicted: boolean,
  ): Html | false => {
    const chosen = all.filter((one) => one.isTrue === isTrue && one.isPredicted === isPredicted);
    return (
      chosen.length > 0 &&
      html`<dt>${title}</dt><dd><ul class="chips">${chosen.map(({ label, score }) => html`<li class="${kind}">${mark} ${label} <span>${metricText(score, 2)}</span></li>`)}</ul></dd>`
    );
  };
  return html`<dl class="verdicts">
    ${group('correct', 'hit', '✓', true, true)}${group('missed', 'missed', '○', true, false)}${group('false positive', 'false', '✕', false, true)}
    ${!all.some(({ isPredicted }) => isPredicted) && html`<dt>highest score</dt><dd><ul class="chips"><li>${all[0].label} <span>${metricText(all[0].score, 2)}</span></li></ul></dd>`}
    ${!all.some(({ isTrue }) => isTrue) && html`<dt>note</dt><dd class="hint">this clip has no label</dd>`}
  </dl>`;
}

/** A bar for each head, divided by the branches it attends to. */
function shares(attention: readonly AttentionView[]): Html | false {
  if (attention.length < 2) return false;
  const colour = (branch: number): string => `--colour:var(--series-${(branch % 8) + 1})`;
  return html`<div class="shares"><h4>Attention by branch</h4>${attentionShares(attention).map(
    (head, h) =>
      html`<div class="share"><span>head ${h + 1}</span><div>${head.map(
        (share, branch) =>
          share > 0 &&
          html`<i style="width:${(100 * share).toFixed(1)}%;${colour(branch)}" title="${attention[branch].branch} ${(100 * share).toFixed(0)} %"></i>`,
      )}</div></div>`,
  )}<p class="hint keys">${attention.map(({ branch }, i) => html`<span><i style="${colour(i)}"></i>${branch}</span> `)}</p></div>`;
}

/** Chinese and Japanese are set without spaces, everything else with one between words. */
const isSpaced = (token: string): boolean =>
  !/^[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{P}]/u.test(token);

/**
 * A token as a word; the start token is no word and is hidden, and words that the model does not know are a gap. Every
 * token keeps its element, which the page's script shades by its place.
 */
function shownToken(token: string): Html {
  const [, unknown, start] = SPECIAL_TOKENS;
  if (token === start) return html`<span hidden></span>`;
  if (token === unknown)
    return html` <span class="gap" title="a word that is not in the model's vocabulary">▢</span>`;
  return html`${isSpaced(token) && ' '}<span>${token}</span>`;
}

/** The branches' views that have something to draw. */
const viewsOf = (attention: readonly AttentionView[]): AttentionView[] =>
  attention.filter(({ steps, heads }) => steps > 0 && heads > 0);

function lyrics({ lyrics: text, attention }: ExampleView): Html | false {
  const shaded = viewsOf(attention).flatMap(({ tokens }, i) =>
    tokens ? [html`<p class="lyrics" data-attention="${i}">${tokens.map(shownToken)}</p>`] : [],
  );
  if (shaded.length > 0)
    return details(
      html`Lyrics <span class="hint">(darker: more attention; ▢: a word that the model does not know)</span>`,
      shaded,
      true,
    );
  return text !== null && details('Lyrics', html`<p class="lyrics plain">${text}</p>`);
}

function choices(attention: readonly AttentionView[]): Html | false {
  const views = viewsOf(attention);
  const heads = Array.from({ length: Math.max(0, ...views.map((view) => view.heads)) }, (_, head) => head);
  if (heads.length === 0) return false;
  const timed = views.flatMap(({ branch, fromSeconds }, i) =>
    fromSeconds === undefined ? [] : [html`<option value="${i}">${branch}</option>`],
  );
  return html`<div class="controls">
    ${timed.length > 0 && html`<label>Attention of <select name="branch">${timed}</select></label>`}
    <label>Head <select name="head"><option value="all">all</option>${heads.map((head) => html`<option value="${head}">${head + 1}</option>`)}</select></label>
    ${timed.length > 0 && html`<span class="keys dark">${heads.map((head) => html`<span><i data-head-mark="${head}"></i>${head + 1}</span> `)}</span>`}
  </div>`;
}

/** Whether there is something to draw over time. */
const isPictured = ({ mel, attention }: ExampleView): boolean =>
  mel !== null || attention.some(({ fromSeconds }) => fromSeconds !== undefined);

/** The section of example clips, with their true and predicted labels. */
export function examplesSection(report: RunReport): Section | null {
  const decisions = decide(report.predictions, report.metrics.per_label);
  return clipsSection(report, (row) => verdicts(report, row, decisions));
}

/** The section of example clips; `said`: what is shown of a row of the predictions. */
export function clipsSection({ examples }: ReportBase, said: (row: number) => Html): Section | null {
  if (examples.length === 0) return null;
  const fits = audible(examples);
  const article = (example: ExampleView, i: number): Html => {
    const { id, title, artist, row, seconds, attention } = example;
    return html`<article data-example="${i}">
    <h3>${title || `Clip ${id}`} ${artist && html`<span class="hint">${artist}</span>`}</h3>
    ${said(row)}
    ${player(example, fits[i])}
    ${
      isPictured(example) &&
      html`<div class="picture"><canvas role="img" aria-label="Log-mel spectrogram of ${title || id} with attention over time"></canvas><div class="cursor" hidden></div></div>
        <div class="axis hint"><span>0 s</span><span>${seconds.toFixed(0)} s</span></div>`
    }
    ${choices(attention)}
    ${shares(attention)}
    ${lyrics(example)}
    ${title !== '' && html`<p class="hint id">clip ${id}</p>`}
  </article>`;
  };
  return {
    id: 'examples',
    title: 'Example clips',
    link: 'Examples',
    html: html`${
      examples.some(isPictured) &&
      html`<p class="aside">Log-mel spectrogram, low to high${
        examples.some(({ attention }) => attention.length > 0) &&
        '; the lines are the attention of each head over time, each scaled to its own maximum'
      }. Click a picture to play from there.</p>`
    }
      <div class="examples">${examples.map(article)}</div>
      ${sectionScript(drawExamples, examples.map(embedExample))}`,
  };
}
