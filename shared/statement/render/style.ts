/** The one style sheet of a statement: paper first, then screen, dark rooms and telephones. */

/**
 * Contrast: every text colour reaches 4.5:1 on its ground in both schemes (WCAG 2.2 AA); the browser test measures it.
 * A state is never told by colour alone: down is solid, maintenance hatched, unknown dotted.
 */
export const style = `
:root { color-scheme: light dark;
  --ground: #f4f1ea; --paper: #fffefb; --ink: #16202e; --soft: #55606f; --line: #dcd7cb; --faint: #efebe2;
  --sea: #0f4c63; --good: #1d6b45; --good-fill: #58a97e; --good-wash: #e9f4ec; --bad: #a3271b; --bad-fill: #c8402f; --bad-wash: #fbece8;
  --held: #7a5200; --held-wash: #fbf2dc; --planned: #3f6fa8; --planned-wash: #dbe6f3; --unknown: #8b8f96; }
@media (prefers-color-scheme: dark) { :root {
  --ground: #0e141b; --paper: #161f29; --ink: #e9edf2; --soft: #a5b0bd; --line: #2d3a48; --faint: #1d2833;
  --sea: #8cc8dd; --good: #86d4a8; --good-fill: #3f9468; --good-wash: #17301f; --bad: #ff9c8c; --bad-fill: #e0604c; --bad-wash: #3a1d1a;
  --held: #f0c774; --held-wash: #35290f; --planned: #7aa7dc; --planned-wash: #1f3350; --unknown: #8d96a1; } }
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; text-size-adjust: 100%; }
body { margin: 0; background: var(--ground); color: var(--ink); line-height: 1.5; font-size: 16px;
  font-family: 'Inter', 'Segoe UI', system-ui, -apple-system, 'Open Sans', 'Helvetica Neue', Arial, sans-serif;
  font-variant-numeric: tabular-nums; overflow-wrap: break-word; hyphens: manual; }
.sheet { max-width: 56rem; margin: 2rem auto; padding: 3rem 3.5rem; background: var(--paper); border: 1px solid var(--line); border-radius: 6px; }
h1, h2, h3 { line-height: 1.2; font-weight: 650; text-wrap: balance; margin: 0; }
h1 { font-size: 2rem; letter-spacing: -0.015em; }
h2 { font-size: 1.35rem; letter-spacing: -0.01em; margin: 3rem 0 1rem; padding-top: 1.25rem; border-top: 2px solid var(--ink); }
h3 { font-size: 1rem; margin: 2rem 0 0.5rem; }
p { margin: 0.4rem 0; max-width: 68ch; text-wrap: pretty; }
a { color: var(--sea); }
header.head { display: flex; justify-content: space-between; gap: 1rem 2rem; align-items: baseline; flex-wrap: wrap; color: var(--soft); font-size: 0.9rem; margin-bottom: 2.5rem; }
.provider { font-weight: 650; letter-spacing: 0.02em; color: var(--sea); }
.for { color: var(--soft); font-size: 1.05rem; margin-top: 0.35rem; }
.verdict { margin: 2rem 0 1.5rem; padding: 1.5rem 1.75rem; border-left: 6px solid var(--good-fill); background: var(--good-wash); border-radius: 4px; }
.verdict.missed { border-color: var(--bad-fill); background: var(--bad-wash); }
.verdict.held { border-color: var(--held); background: var(--held-wash); }
.verdict .says { padding: 0; border: 0; font-size: 1.5rem; font-weight: 650; line-height: 1.25; margin: 0; letter-spacing: -0.01em; color: var(--good); }
.verdict.missed .says { color: var(--bad); } .verdict.held .says { color: var(--held); }
.verdict p { margin: 0.5rem 0 0; max-width: 62ch; }
.state { font-weight: 650; white-space: nowrap; } .state.met { color: var(--good); } .state.missed { color: var(--bad); } .state.held { color: var(--held); } .state.none { color: var(--soft); }
table { width: 100%; border-collapse: collapse; margin: 0.75rem 0 1rem; font-size: 0.93rem; }
caption.hidden { display: block; } caption { text-align: left; font-weight: 650; padding-bottom: 0.4rem; }
th, td { min-width: 6.5rem; text-align: left; overflow-wrap: anywhere; vertical-align: top; padding: 0.5rem 0.9rem 0.5rem 0; border-bottom: 1px solid var(--line); font-weight: 400; }
thead th { min-width: 0; overflow-wrap: normal; color: var(--soft); font-size: 0.82rem; font-weight: 600; border-bottom: 1.5px solid var(--soft); vertical-align: bottom; }
tbody th { font-weight: 550; min-width: 10.5rem; overflow-wrap: break-word; }
th:last-child, td:last-child { padding-right: 0; }
.figure { min-width: 0; text-align: right; overflow-wrap: normal; } tr.total th, tr.total td { border-bottom: 0; border-top: 1.5px solid var(--ink); font-weight: 650; }
.note { font-weight: 400; color: var(--soft); font-size: 0.9rem; }
.badge { display: inline-block; padding: 0.1rem 0.55rem; border: 1px solid currentColor; border-radius: 99px; font-size: 0.8rem; font-weight: 600; white-space: nowrap; }
.service { break-inside: auto; }
.service-head { display: flex; justify-content: space-between; align-items: baseline; gap: 0.25rem 1.5rem; flex-wrap: wrap; }
.figures { display: flex; flex-wrap: wrap; gap: 1px; margin: 1rem 0 1.25rem; background: var(--line); border: 1px solid var(--line); border-radius: 4px; overflow: hidden; }
.figures > div { flex: 1 1 8.4rem; background: var(--paper); padding: 0.8rem 1rem; }
.figures dt { color: var(--soft); font-size: 0.82rem; font-weight: 600; }
.figures dd { margin: 0.1rem 0 0; }
.figures .big { font-size: 1.35rem; font-weight: 650; letter-spacing: -0.01em; line-height: 1.3; }
.figures .small { color: var(--soft); font-size: 0.82rem; }
.met .big { color: var(--good); } .missed .big { color: var(--bad); }
figure { margin: 1.25rem 0; }
figcaption { font-weight: 650; font-size: 0.93rem; margin-bottom: 0.5rem; }
.strip { display: grid; grid-template-columns: repeat(31, 1fr); gap: 3px; margin: 0; padding: 0; list-style: none; }
.strip li { min-width: 0; text-align: center; font-size: 0.68rem; line-height: 1.5; color: var(--soft); }
.strip svg { display: block; width: 100%; height: 3.4rem; border-radius: 2px; } .strip .hit span { color: var(--bad); font-weight: 700; }
.up { fill: var(--good-fill); } .down { fill: var(--bad-fill); } .planned { fill: url(#hatched); } .excused { fill: url(#crossed); } .unknown { fill: url(#dotted); } .outside { fill: var(--faint); }
.planned-ground { fill: var(--planned-wash); } .planned-line { fill: var(--planned); } .excused-ground { fill: var(--held-wash); } .excused-line { stroke: var(--held); stroke-width: 1; fill: none; } .unknown-ground { fill: var(--faint); } .unknown-line { fill: var(--unknown); }
.legend { display: flex; flex-wrap: wrap; gap: 0.25rem 1.25rem; margin: 0.6rem 0 0; padding: 0; list-style: none; color: var(--soft); font-size: 0.82rem; }
.legend li { display: flex; align-items: center; gap: 0.4rem; } .legend svg { width: 12px; height: 12px; flex: none; }
dl.terms { display: grid; grid-template-columns: minmax(9rem, 14rem) 1fr; gap: 0.35rem 1.5rem; margin: 0.75rem 0; font-size: 0.93rem; }
dl.terms dt { color: var(--soft); } dl.terms dd { margin: 0; }
ul.plain { margin: 0.5rem 0; padding-left: 1.1rem; } ul.plain li { margin: 0.25rem 0; max-width: 68ch; }
details { margin: 0.75rem 0; } summary { cursor: pointer; font-weight: 550; font-size: 0.93rem; }
footer { margin-top: 3rem; padding-top: 1rem; border-top: 1px solid var(--line); color: var(--soft); font-size: 0.82rem; }
code { font-family: ui-monospace, 'SF Mono', Menlo, Consolas, monospace; font-size: 0.92em; }
.hidden { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
@media screen and (max-width: 44rem) {
  .sheet { margin: 0; padding: 1.5rem 1.1rem 2.5rem; border: 0; border-radius: 0; }
  h1 { font-size: 1.6rem; } h2 { font-size: 1.2rem; margin-top: 2.25rem; } .verdict { padding: 1.1rem 1.2rem; } .verdict .says { padding: 0; border: 0; font-size: 1.25rem; }
  header.head { margin-bottom: 1.5rem; }
  table, tbody, tr, th, td, caption { display: block; } thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
  tr { padding: 0.7rem 0; border-bottom: 1px solid var(--line); } tbody th, td { min-width: 0; border: 0; padding: 0.1rem 0; text-align: left; white-space: normal; }
  td { display: flex; flex-wrap: wrap; justify-content: space-between; gap: 0 1rem; } td:empty { display: none; }
  td::before { content: attr(data-label); color: var(--soft); flex: none; } td > span { max-width: 100%; }
  tr.total th, tr.total td { border: 0; } dl.terms { grid-template-columns: 1fr; gap: 0; } dl.terms dd { margin-bottom: 0.6rem; }
  .strip { grid-template-columns: repeat(auto-fill, minmax(2.1rem, 1fr)); } .strip svg { height: 2.2rem; }
}
@page { size: A4; margin: 16mm 15mm 18mm; }
@media print {
  :root { color-scheme: light; --ground: #fff; --paper: #fff; --ink: #16202e; --soft: #4c5664; --line: #d4d0c6; --faint: #f3f1ec; --sea: #0f4c63; --good: #1d6b45; --good-fill: #58a97e; --good-wash: #eef6f0; --bad: #a3271b; --bad-fill: #c8402f; --bad-wash: #fbeeea; --held: #7a5200; --held-wash: #fbf2dc; --planned: #3f6fa8; --planned-wash: #dbe6f3; --unknown: #8b8f96; }
  body { font-size: 10pt; } .sheet { margin: 0; padding: 0; border: 0; max-width: none; } h1 { font-size: 20pt; } h2 { font-size: 13pt; margin-top: 8mm; }
  * { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  h2, h3, caption, figcaption, .service-head { break-after: avoid; } tr, figure, .figures, .verdict, .terms > div { break-inside: avoid; } thead { display: table-header-group; } details::details-content { content-visibility: visible; block-size: auto; }
}
`;

/** SHA-256 of the sheet, for the page's own security policy; a test works it out again. */
export const styleHash = 't4BTxt83yUHmmcsttD5CmqJVa5U4nCumPVyKOIa3BbM=';
