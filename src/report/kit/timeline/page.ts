/** What pages over time are made of: facts, the player with its controls, plots, and the code that draws them. */
import { bytesOf, drawMatrix, magmaColours } from '../browser/picture.js';
import { embedJson, Html, html } from '../html.js';
import { drawAxes } from './browser/draw-axes.js';
import { drawCurve } from './browser/draw-curve.js';
import { openImage } from './browser/image.js';
import { openTimeline } from './browser/timeline.js';
import type { TimelineData } from './data.js';
import type { EmbeddedSound } from './sound.js';

/** A plot; its behaviour is given to `Timeline.track` by the same name. Without a title it has no readout. */
export function track(name: string, title: Html | string | null, label: string): Html {
  return html`<figure class="track" data-track="${name}">
${title !== null && html`<figcaption>${title}<span class="readout"></span></figcaption>`}
<div class="area"><canvas role="img" aria-label="${label}"></canvas><div class="cursor" hidden></div></div>
</figure>`;
}

/** Terms and values in columns. */
export const factsList = (pairs: readonly (readonly [string, string])[]): Html =>
  html`<dl class="facts">${pairs.map(([term, value]) => html`<div><dt>${term}</dt><dd>${value}</dd></div>`)}</dl>`;

/** A checkbox beside the player, ticked. */
export const tickBox = (name: string, label: string = name): Html =>
  html`<label><input type="checkbox" name="${name}" checked> ${label}</label>`;

/** A mark of a colour in a plot's title. */
export const colourKey = (label: string, colour: string): Html =>
  html`<i style="--colour:${colour}"></i>${label} `;

/** The player, which stays in view, with the buttons that zoom and a page's own controls; overview and time axis below. */
export function player({ bytes, mediaType }: EmbeddedSound, controls: Html): Html {
  const { buffer, byteOffset, length } = bytes;
  const audio = Buffer.from(buffer, byteOffset, length).toString('base64');
  return html`<div class="player">
<audio controls preload="auto" src="data:${mediaType};base64,${new Html(audio)}"></audio>
<div class="controls">
<span data-clock></span>
<span class="zoom"><button type="button" name="out" aria-label="Show more time">−</button><button type="button" name="in" aria-label="Show less time">+</button><button type="button" name="whole">whole</button></span>
${controls}
</div>
</div>
${track('overview', null, 'The whole recording, and the part of it that is shown')}
${track('axis', null, 'Time')}`;
}

/** How plots are used. */
export const TIMELINE_HINT = html`<p class="hint">Click a plot, or drag, to play from there. <kbd>Ctrl</kbd> and the wheel zoom, <kbd>Shift</kbd> and the wheel move;
<kbd>space</kbd> plays, the arrows go 5 s back and forward, <kbd>+</kbd> and <kbd>−</kbd> zoom.</p>`;

/**
 * The script of a page: opens the timeline and runs a page's own code between that and the first drawing.
 *
 * @param functions - of the page, embedded as source text
 * @param code - may use these, `timeline`, and `outline`, which draws the outline of the sound
 */
export function timelineScript(
  data: TimelineData,
  functions: readonly { toString(): string }[],
  code: string,
): string {
  return `'use strict';
(() => {
${[bytesOf, magmaColours, drawMatrix, openImage, openTimeline, drawAxes, drawCurve, ...functions].join('\n')}
const magma = magmaColours();
const timeline = openTimeline({
  data: ${embedJson(data)},
  bytes: bytesOf,
  curve: drawCurve,
  image(image) {
    const values = bytesOf(image.values);
    return openImage(image, values, drawMatrix(values, image.columns, image.rows, magma));
  },
});
const outline = drawAxes(timeline);
${code}
timeline.start();
})();`;
}
