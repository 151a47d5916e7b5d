/** Everything that the report's look needs; colours as on the dashboard, by day and in the dark. */
export const STYLES = `
:root { color-scheme: light dark; --paper: #f7f5f0; --card: #fffdf9; --ink: #1b2228; --muted: #5d666d; --rule: #e2ded4;
  --accent: #1d5c8a; --soft: #dfe9ef; --band-95: rgb(29 92 138 / 0.2); --band-80: rgb(29 92 138 / 0.34); --miss: #b84a00;
  --a: #1d5c8a; --b: #8a8375; --c: #7a5c9e; --d: #5f7183; --e: #b84a00; --f: #0b7d62; --g: #a33b72; --h: #b58300; }
@media (prefers-color-scheme: dark) { :root { --paper: #101519; --card: #161c21; --ink: #e8e5de; --muted: #98a2a8;
  --rule: #262e35; --accent: #82bfea; --soft: #1b2f3d; --band-95: rgb(95 168 219 / 0.24);
  --band-80: rgb(95 168 219 / 0.36); --miss: #f59a52; --a: #82bfea; --b: #a39c8c; --c: #b79be0; --d: #9db0c2;
  --e: #f59a52; --f: #4fc9a6; --g: #e68ab8; --h: #e6c35c; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 400 15px/1.5 system-ui, sans-serif;
  font-variant-numeric: tabular-nums lining-nums; }
header, main, footer { width: min(100% - 2rem, 76rem); margin-inline: auto; }
header { padding-top: 2rem; }
h1 { font-size: 1.9rem; line-height: 1.2; margin: 0 0 .5rem; }
h2 { font-size: 1.35rem; margin: 2.5rem 0 .5rem; }
h3 { font-size: 1.05rem; margin: 1.5rem 0 .5rem; }
p { margin: .4rem 0; max-width: 75ch; }
code { overflow-wrap: anywhere; font-size: .9em; }
.lead { border-left: 4px solid var(--miss); background: var(--card); padding: .75rem 1rem; }
.verdict { border-left: 4px solid var(--accent); background: var(--card); padding: .6rem 1rem; }
.muted, .note, .unit { color: var(--muted); }
.note { font-size: .875rem; }
nav a { margin-right: 1rem; }
a { color: var(--accent); }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; font-size: .875rem; margin: .5rem 0; }
caption { text-align: left; color: var(--muted); padding-bottom: .3rem; }
th, td { padding: .28rem .7rem; border-bottom: 1px solid var(--rule); text-align: right; white-space: nowrap; }
th:first-child { text-align: left; position: sticky; left: 0; background: var(--paper); }
tr.trained th { font-weight: 650; color: var(--accent); }
tr:not(.trained) th { font-weight: 400; }
.sd { color: var(--muted); font-size: .85em; }
.plots { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(30rem, 100%), 1fr)); gap: 1rem; }
.plot { margin: 0; background: var(--card); border: 1px solid var(--rule); border-radius: 6px; padding: .75rem; min-width: 0; }
.plot svg { width: 100%; height: auto; display: block; }
.legend { display: block; font-size: .8125rem; }
.key { margin-right: .9rem; }
.key::before { content: ""; display: inline-block; width: .9em; height: .18em; margin-right: .35em; vertical-align: .25em; background: var(--k); }
.key.band::before, .key.bars::before { height: .7em; vertical-align: -.05em; }
.key.dots::before { width: .4em; height: .4em; border-radius: 50%; vertical-align: .1em; }
svg text { fill: var(--muted); font-size: 12px; }
svg .frame line { stroke: var(--rule); }
path.line { fill: none; stroke: var(--k); stroke-width: 1.4; }
path.dots { fill: none; stroke: var(--k); stroke-width: 2.6; stroke-linecap: round; }
path.band, path.bars { fill: var(--k); }
.ink { --k: var(--ink); } .band-95 { --k: var(--band-95); } .band-80 { --k: var(--band-80); } .miss { --k: var(--miss); }
.k0 { --k: var(--a); } .k1 { --k: var(--e); } .k2 { --k: var(--f); } .k3 { --k: var(--c); } .k4 { --k: var(--g); }
.k5 { --k: var(--h); } .k6 { --k: var(--d); } .quiet { --k: var(--b); }
@media (max-width: 40rem) { svg text { font-size: 20px; } }
footer { padding: 2rem 0; color: var(--muted); font-size: .875rem; }
`
