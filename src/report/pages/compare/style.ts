/** The style sheet of a comparison's page. */
import { BASE_STYLE } from '../../kit/style.js';

/** All rules of the page. */
export const COMPARE_STYLE = `${BASE_STYLE}
.refused ul { margin: 4px 0 0; padding-left: 20px; }
.controls label { white-space: nowrap; }
.controls select { max-width: 460px; }
.plot { height: 340px; width: 100%; min-width: 0; overflow: hidden; }
.pair { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 420px), 1fr)); gap: 16px; margin-bottom: 8px; }
.pair > * { min-width: 0; }
.wide { overflow-x: auto; margin-bottom: 14px; }
table { border-collapse: collapse; font-size: 0.88rem; min-width: 100%; overflow-wrap: normal; font-variant-numeric: tabular-nums; }
caption { text-align: left; font-weight: 600; padding-bottom: 4px; }
th, td { text-align: right; padding: 5px 12px 5px 0; border-top: 1px solid var(--line); vertical-align: top; white-space: nowrap; }
th:first-child, td:first-child { text-align: left; white-space: normal; min-width: 110px; overflow-wrap: anywhere; }
thead th { border-top: 0; color: var(--muted); font-weight: 600; }
tbody th { font-weight: 600; }
td small { display: block; color: var(--muted); }
.certain { font-weight: 650; }
.settings th, .settings td { white-space: normal; min-width: 90px; overflow-wrap: anywhere; }
.clips { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 320px), 1fr)); gap: 16px; margin-bottom: 12px; }
.clips table { table-layout: fixed; width: 100%; }
.clips th, .clips td { white-space: normal; overflow-wrap: anywhere; }
.clips th:nth-child(2) { width: 3.4em; }
.clips td:nth-child(n + 3) { white-space: nowrap; }
article { background: var(--surface); border-radius: 10px; padding: 14px 16px; min-width: 0; }
.right { color: var(--good); }
.wrong { color: var(--bad); }
.id { margin: 0; }
details { margin-bottom: 12px; }
summary { cursor: pointer; font-weight: 600; margin-bottom: 6px; }
.paper { background: #ffffff; border-radius: 8px; padding: 8px; margin-bottom: 12px; max-width: max-content; }
.paper svg { display: block; max-width: 100%; height: auto; }
@media (max-width: 560px) { .refused { display: block; } }
@media print { nav, .controls { display: none; } section { break-inside: avoid-page; } }
`;
