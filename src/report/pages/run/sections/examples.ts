/** Clips to listen to: what they sound like, where the model looked, and what it said of them. */

import { metricText } from '../../../../eval/format.js';
import type { AttentionView, ExampleView, RunReport } from '../../../../eval/run-report.js';
import { type Html, html } from '../../../kit/html.js';
import { defineSection } from '../../../kit/section.js';
import { drawSpectrograms } from '../browser/draw-spectrograms.js';
import { shadeLyrics } from '../browser/shade-lyrics.js';
import { attentionShares, type EmbeddedExample, embedExample } from '../example-data.js';

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

function player({ audio, mediaType }: ExampleView, embedded: boolean): Html {
  if (audio && embedded)
    return html`<audio controls preload="metadata" src="data:${mediaType};base64,${Buffer.from(audio.buffer, audio.byteOffset, audio.length).toString('base64')}"></audio>`;
  return html`<p class="hint">${audio ? 'The audio was left out to keep the page under 15 MB.' : 'There is no recording that could be read.'}</p>`;
}

/** True and predicted labels of one example; marks and words say what colours say. */
function verdicts({ predictions, metrics }: RunReport, row: number): Html {
  const { labels, scores, targets, task } = predictions;
  const of = labels.map((label, j) => ({
    label,
    score: scores[row * labels.length + j],
    isTrue: targets[row * labels.length + j] === 1,
    threshold: metrics.per_label[j].threshold,
  }));
  const highest = of.reduce((best, label) => (label.score > best.score ? label : best));
  const said = (label: (typeof of)[number]): boolean =>
    task === 'classification'
      ? label === highest
      : label.threshold !== null && label.score >= label.threshold;
  const chips = (kind: string, mark: string, chosen: typeof of): Html[] =>
    chosen
      .sort((a, b) => b.score - a.score)
      .map(
        ({ label, score }) =>
          html`<li class="${kind}">${mark} ${label} <span>${metricText(score, 2)}</span></li>`,
      );
  const hits = chips(
    'hit',
    '✓',
    of.filter((label) => label.isTrue && said(label)),
  );
  const missed = chips(
    'missed',
    '○',
    of.filter((label) => label.isTrue && !said(label)),
  );
  const wrong = chips(
    'wrong',
    '✕',
    of.filter((label) => !label.isTrue && said(label)),
  );
  const group = (title: string, items: Html[]): Html | false =>
    items.length > 0 && html`<dt>${title}</dt><dd><ul class="chips">${items}</ul></dd>`;
  return html`<dl class="verdicts">
    ${group('found', hits)}${group('missed', missed)}${group('said but not true', wrong)}
    ${hits.length + wrong.length === 0 && html`<dt>highest score</dt><dd><ul class="chips"><li>${highest.label} <span>${metricText(highest.score, 2)}</span></li></ul></dd>`}
    ${hits.length + missed.length === 0 && html`<dt>note</dt><dd class="hint">no label is true of this clip</dd>`}
  </dl>`;
}

/** A bar for each head, parted by the branches it attends to. */
function shares(attention: readonly AttentionView[]): Html | false {
  if (attention.length < 2) return false;
  return html`<div class="shares"><h4>Where each head looks</h4>${attentionShares(attention).map(
    (head, h) =>
      html`<div class="share"><span>head ${h + 1}</span><div>${head.map(
        (share, branch) =>
          share > 0 &&
          html`<i style="width:${(100 * share).toFixed(1)}%;--colour:var(--series-${(branch % 8) + 1})" title="${attention[branch].branch} ${(100 * share).toFixed(0)} %"></i>`,
      )}</div></div>`,
  )}<p class="hint keys">${attention.map(
    ({ branch }, i) => html`<span><i style="--colour:var(--series-${(i % 8) + 1})"></i>${branch}</span> `,
  )}</p></div>`;
}

/** Chinese and Japanese are set without spaces, everything else with one between words. */
const spaced = (token: string): boolean =>
  !/^[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{P}]/u.test(token);

function lyrics({ lyrics: text, attention }: ExampleView): Html | false {
  const views = attention.filter((view) => view.steps > 0 && view.heads > 0);
  const shaded = views.flatMap(({ tokens }, i) =>
    tokens
      ? [
          html`<p class="lyrics" data-attention="${i}">${tokens.map((token) => html`${spaced(token) && ' '}<span>${token}</span>`)}</p>`,
        ]
      : [],
  );
  if (shaded.length > 0)
    return html`<details open><summary>Lyrics <span class="hint">(darker: more attention)</span></summary>${shaded}</details>`;
  return (
    text !== null && html`<details><summary>Lyrics</summary><p class="lyrics plain">${text}</p></details>`
  );
}

function choices(attention: readonly AttentionView[]): Html | false {
  const views = attention.filter((view) => view.steps > 0 && view.heads > 0);
  const heads = Math.max(0, ...views.map((view) => view.heads));
  if (heads === 0) return false;
  const timed = views.flatMap((view, i) =>
    view.fromSeconds === undefined ? [] : [html`<option value="${i}">${view.branch}</option>`],
  );
  const numbers = Array.from({ length: heads }, (_, head) => head);
  return html`<div class="controls">
    ${timed.length > 0 && html`<label>Attention of <select name="branch">${timed}</select></label>`}
    <label>Head <select name="head"><option value="all">all</option>${numbers.map(
      (head) => html`<option value="${head}">${head + 1}</option>`,
    )}</select></label>
    ${timed.length > 0 && html`<span class="keys dark">${numbers.map((head) => html`<span><i data-head-mark="${head}"></i>${head + 1}</span> `)}</span>`}
  </div>`;
}

/** Whether there is something to draw over time. */
const pictured = ({ mel, attention }: ExampleView): boolean =>
  mel !== null || attention.some((view) => view.fromSeconds !== undefined);

function article(report: RunReport, example: ExampleView, index: number, embedded: boolean): Html {
  return html`<article data-example="${index}">
    <h3>${example.title || example.id} ${example.artist && html`<span class="hint">${example.artist}</span>`}</h3>
    ${verdicts(report, example.row)}
    ${player(example, embedded)}
    ${
      pictured(example) &&
      html`<div class="picture"><canvas role="img" aria-label="Log-mel spectrogram of ${example.title || example.id} with attention over time"></canvas><div class="cursor" hidden></div></div>
        <div class="axis hint"><span>0 s</span><span>${example.seconds.toFixed(0)} s</span></div>`
    }
    ${choices(example.attention)}
    ${shares(example.attention)}
    ${lyrics(example)}
    <p class="hint id">${example.id}</p>
  </article>`;
}

/** Makes the section of example clips; absent when the run has none. */
export const examples = defineSection<EmbeddedExample[]>({
  id: 'examples',
  title: 'Example clips',
  data: (report) => (report.examples.length === 0 ? null : report.examples.map(embedExample)),
  html: (_, report) => {
    const fits = audible(report.examples);
    const anyAttention = report.examples.some((example) => example.attention.length > 0);
    const anyPicture = report.examples.some(pictured);
    return html`${
      anyPicture &&
      html`<p class="aside">Log-mel spectrogram, low to high${
        anyAttention &&
        '; the lines are the attention of each head over time, each scaled to its own highest value'
      }. Click into a picture to hear from there.</p>`
    }
      <div class="examples">${report.examples.map((example, i) => article(report, example, i, fits[i]))}</div>`;
  },
  draw: [drawSpectrograms, shadeLyrics],
});
