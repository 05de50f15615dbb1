// The looks of the HTML walkthrough: one style sheet, for light and dark, screen and paper. Knows class names only.

export const STYLE = `
:root {
  color-scheme: light dark;
  --ground: #fbfaf8; --card: #ffffff; --ink: #23211e; --faint: #6c675f; --line: #e3dfd8;
  --client: #0b6ea8; --server: #2f7d32;
  --flags: #dbe4ff; --length: #fff0c2; --key: #ffd9d3; --masked: #e9e6e1; --id: #cdeefb; --tag: #e6defc; --value: #d8f2d5;
  --note: #fff7e0; --note-line: #d9a400; --code: #f1eee9;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #171614; --card: #201f1c; --ink: #e8e4dd; --faint: #a19b91; --line: #38352f;
    --client: #6cc1f2; --server: #86d089;
    --flags: #2b3a70; --length: #5a4710; --key: #6b2b23; --masked: #3b3833; --id: #124a60; --tag: #443272; --value: #22502a;
    --note: #2e2812; --note-line: #c79a1e; --code: #2b2925;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0; background: var(--ground); color: var(--ink);
  font: 1rem/1.6 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif;
}
main { max-width: 58rem; margin: 0 auto; padding: 2.5rem 1.25rem 5rem; }
h1 { font-size: 1.9rem; line-height: 1.25; margin: 0 0 1rem; text-wrap: balance; }
h2 { font-size: 1.2rem; line-height: 1.35; margin: 0; }
h1 code, h2 code { font-size: .95em; }
p { margin: .8rem 0; max-width: 44rem; overflow-wrap: anywhere; }
code, .hex, .octet, .bit { font-family: ui-monospace, "SF Mono", "Cascadia Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace; }
code { background: var(--code); border-radius: .25em; padding: .08em .32em; font-size: .9em; overflow-wrap: anywhere; }
section { background: var(--card); border: 1px solid var(--line); border-radius: .75rem; margin: 1.25rem 0; padding: 1.25rem 1.5rem; }
section > header { display: grid; grid-template-columns: auto 1fr; gap: .1rem .9rem; align-items: baseline; }
.number {
  grid-row: span 2; align-self: start; min-width: 2rem; height: 2rem; border-radius: 1rem; padding: 0 .4rem;
  display: grid; place-items: center; background: var(--ink); color: var(--card); font-weight: 600; font-size: .95rem;
}
.packets { grid-column: 2; margin: 0; padding: 0; list-style: none; color: var(--faint); font-size: .9rem; }
.c2s { color: var(--client); } .s2c { color: var(--server); }
figure { margin: 1rem 0; }
figcaption, caption { color: var(--faint); font-size: .9rem; text-align: left; margin: 0 0 .4rem; padding: 0 0 .4rem; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; font-size: .94rem; }
th { color: var(--faint); font-weight: 500; text-align: left; }
th, td { padding: .32rem .9rem .32rem 0; vertical-align: top; border-bottom: 1px solid var(--line); }
td code { overflow-wrap: break-word; }
tr:last-child > td, tr:last-child > th { border-bottom: 0; }
.right { text-align: right; font-variant-numeric: tabular-nums; }
.note { background: var(--note); border-left: .25rem solid var(--note-line); border-radius: .25rem .5rem .5rem .25rem; padding: .7rem 1rem; margin: 1rem 0; }
.note p { margin: .2rem 0 0; }
.note strong { display: block; }
.octets { display: flex; flex-wrap: wrap; gap: .5rem .55rem; margin: .2rem 0 .8rem; }
.group { display: flex; flex-direction: column; gap: .2rem; }
.group > span:first-child { display: flex; flex-wrap: wrap; gap: .15rem; }
.group > small { color: var(--faint); font-size: .74rem; line-height: 1.2; }
.octet, .bit { display: inline-block; border-radius: .25rem; padding: .16rem .38rem; font-size: .92rem; text-align: center; }
.octet { min-width: 2.1rem; }
.flags { background: var(--flags); } .length { background: var(--length); } .key { background: var(--key); }
.masked { background: var(--masked); } .id { background: var(--id); } .tag { background: var(--tag); } .value { background: var(--value); }
.hex { white-space: normal; }
.field { border-radius: .25rem; padding: .08rem .4rem; white-space: nowrap; }
.bits { display: inline-flex; gap: .45rem; margin-right: .3rem; }
.bits span { display: inline-flex; gap: .12rem; }
.drawing { display: flex; flex-wrap: wrap; gap: .6rem 1.2rem; align-items: flex-start; }
.drawing dl { margin: 0; display: grid; grid-template-columns: auto 1fr; gap: .12rem .8rem; font-size: .94rem; flex: 1 1 20rem; }
.drawing dd { margin: 0; }
.sum td, .sum th { border: 0; padding: .15rem .3rem .15rem 0; }
.sum th { padding-right: .9rem; }
.sum tr.result td { border-top: 2px solid var(--faint); padding-top: .3rem; }
.arithmetic th { font-weight: 500; white-space: nowrap; }
.exchange { width: 100%; }
.exchange td, .exchange th { border: 0; padding: .1rem .7rem .1rem 0; white-space: nowrap; vertical-align: middle; }
.exchange .lane { width: 100%; padding: 0; border-left: 2px solid var(--client); border-right: 2px solid var(--server); }
.exchange th.lane { border: 0; }
.exchange .ends { display: flex; justify-content: space-between; }
.tip { display: inline-block; width: .55rem; height: .55rem; border-top: 1.5px solid currentColor; border-right: 1.5px solid currentColor; }
.way { display: flex; align-items: center; }
.way .line { flex: 1; border-top: 1.5px solid currentColor; min-width: 1rem; }
.way .says { color: var(--ink); padding: 0 .6rem; white-space: normal; text-align: center; }
.way.c2s .tip { transform: rotate(45deg); margin-left: -.6rem; margin-right: .12rem; }
.way.s2c .tip { transform: rotate(-135deg); margin-right: -.6rem; margin-left: .12rem; }
.exchange th.flagged, .exchange td.flagged { color: var(--faint); padding-left: .7rem; }
.exchange td.flagged { font-size: .85rem; }
td:first-child code { white-space: nowrap; }
a { color: inherit; text-decoration-color: var(--faint); text-underline-offset: .2em; }
footer { color: var(--faint); font-size: .9rem; margin-top: 2rem; }
@media print { body { background: none; } section { break-inside: avoid; } }
`;
