/** Rules of the player and of plots over time. */
export const TIMELINE_STYLE = `
header { padding-top: 24px; }
h1 { font-size: 1.5rem; }
.facts { display: grid; grid-template-columns: repeat(auto-fill, minmax(150px, 1fr)); gap: 10px 20px; margin: 0 0 14px; }
.facts div { min-width: 0; }
.facts dt { font-size: 0.8rem; color: var(--muted); }
.facts dd { margin: 0; font-weight: 600; font-variant-numeric: tabular-nums; }
.player { position: sticky; top: 0; z-index: 5; background: var(--background); border-bottom: 1px solid var(--line);
  padding: 8px 0; margin-bottom: 12px; }
.player audio { margin: 0 0 8px; }
.player .controls { margin: 0; gap: 6px 14px; }
.player [data-clock] { font-variant-numeric: tabular-nums; min-width: 9em; }
.zoom { display: inline-flex; gap: 4px; }
.zoom button { min-width: 2.2em; }
.track { margin: 0 0 12px; }
.track figcaption { display: flex; flex-wrap: wrap; gap: 0 10px; align-items: baseline; margin: 0 0 3px; padding-left: 58px;
  font-size: 0.86rem; font-weight: 600; }
.track .readout { margin-left: auto; font-weight: 400; color: var(--muted); font-variant-numeric: tabular-nums; }
.track .keys { font-weight: 400; color: var(--muted); }
.track .keys i { display: inline-block; width: 3px; height: 11px; margin: 0 4px 0 8px; vertical-align: -1px; background: var(--colour); }
.area { position: relative; }
.area canvas { display: block; width: 100%; cursor: crosshair; touch-action: pan-y; }
.cursor { background: var(--bad); }
[data-track=overview] canvas { height: 34px; }
[data-track=axis] { margin-bottom: 6px; }
[data-track=axis] canvas { height: 20px; }
kbd { font: inherit; border: 1px solid var(--line); border-radius: 4px; padding: 0 4px; }
@media (max-width: 599px) {
  .facts { grid-template-columns: 1fr 1fr; }
  .track figcaption { padding-left: 0; }
  .player .controls { font-size: 0.84rem; }
}
@media print { .player { display: none; } }
`;
