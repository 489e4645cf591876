/**
 * The page's style sheet. Light and dark follow the reader's setting; `data-theme` on the root element overrides it.
 * Text reaches a contrast of 4.5 on its ground in both (WCAG 2.2 AA, 1.4.3), lines and losses in charts 3 (1.4.11).
 * Outcome colours keep apart for all common kinds of colour blindness (after Okabe and Ito) and each has its own pattern.
 */
const LIGHT = `
color-scheme:light;--paper:#fcfcfa;--raised:#f4f4f0;--ink:#1a1e23;--quiet:#59626d;--rule:#dfe1dc;--grid:#e9ebe6;--accent:#1c5d99;
--pass:#0b6b58;--fail:#b02e12;--inconclusive:#7a5600;--inconclusive-soft:#f7efd8;
--ok:#a9c8e4;--planned:#1a1e23;--lost:#c8421b;--lost-soft:#f3b39d;--lost-deep:#8a2408;--dropped:#8a6400;--dropped-soft:#efd079;--stopped:#6b4c9a;--stopped-soft:#c9b6e4;
--old:#c9cdd0;--new:#6fa6d8;--new-deep:#3f7cb5;--third:#d8b365;--fourth:#b39ddb`;

const DARK = `
color-scheme:dark;--paper:#15181c;--raised:#1d2126;--ink:#e7e9ec;--quiet:#9ca6b1;--rule:#32383f;--grid:#272c32;--accent:#7fb4e6;
--pass:#58c7a7;--fail:#ff937a;--inconclusive:#e3b54d;--inconclusive-soft:#352b12;
--ok:#2f5a82;--planned:#e7e9ec;--lost:#ff7f5c;--lost-soft:#7d3320;--lost-deep:#ffb39e;--dropped:#edc35a;--dropped-soft:#6a5215;--stopped:#bda0ec;--stopped-soft:#4c3874;
--old:#4a5159;--new:#3d76ab;--new-deep:#6fa6d8;--third:#c79a3f;--fourth:#9b82cc`;

const TEXT = `
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%}
body{margin:0;background:var(--paper);color:var(--ink);font:16px/1.55 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif;font-variant-numeric:tabular-nums;overflow-wrap:anywhere}
main{max-width:928px;margin:0 auto;padding:40px 24px 80px}
h1,h2,h3,h4,h5,h6{line-height:1.25;font-weight:600;margin:0;text-wrap:balance}
h2{font-size:22px;margin-bottom:16px;letter-spacing:-.01em}h3{font-size:17px;margin-bottom:8px}h4,h5,h6{font-size:15px;margin-bottom:6px}
p{margin:0 0 12px;max-width:68ch}
section{margin-top:56px}
.part section{margin-top:40px}
a{color:var(--accent);text-underline-offset:2px}
a:focus-visible,summary:focus-visible,.scroller:focus-visible{outline:2px solid var(--accent);outline-offset:3px;border-radius:2px}
pre{margin:0 0 16px;padding:12px 16px;overflow-x:auto;background:var(--raised);border-radius:6px}pre code{font-size:13px}
code{font:.86em/1.5 ui-monospace,SFMono-Regular,Menlo,Consolas,"Liberation Mono",monospace}
small,.quiet{color:var(--quiet);font-size:14px}
small{display:block;font-weight:400}
.unseen{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
.patterns{position:absolute}`;

const HEADER = `
.brand{color:var(--quiet);font-size:14px;margin-bottom:28px;padding-bottom:12px;border-bottom:1px solid var(--rule);max-width:none}
.brand span{float:right}
h1{font-size:22px;font-weight:500}
.verdict{display:flex;align-items:center;gap:16px;font-size:60px;font-weight:650;letter-spacing:-.03em;line-height:1.05;margin-bottom:16px}
.verdict .icon{width:.8em;height:.8em;flex:none}
.title{display:block}
.pass{--tone:var(--pass)}.fail{--tone:var(--fail)}.inconclusive{--tone:var(--inconclusive)}
.verdict,.chip{color:var(--tone)}
.icon .ground{fill:var(--tone)}
.icon .sign{fill:none;stroke:var(--paper);stroke-width:2.6;stroke-linecap:round;stroke-linejoin:round}
.chip{display:inline-flex;align-items:center;gap:6px;font-size:14px;font-weight:600;letter-spacing:0;white-space:nowrap;vertical-align:middle}
.chip .icon{width:15px;height:15px;flex:none}
.reason{margin:10px 0 12px;font-size:17px}
.top .reason{font-size:19px;line-height:1.5}
.reason code,.reasons code,.problems code{color:var(--quiet);font-size:13px;white-space:nowrap;margin-left:4px}
.reasons,.problems{margin:0 0 12px;padding-left:20px}
.rehearsal{display:inline-block;margin:8px 0 0;padding:5px 12px;border:1px dashed var(--inconclusive);border-radius:4px;color:var(--inconclusive);background:var(--inconclusive-soft);font-size:14px;font-weight:600}
dl{margin:0}dt{color:var(--quiet);font-size:14px}dd{margin:0}
.subject{display:flex;flex-wrap:wrap;gap:8px 36px;margin-top:24px}
.facts>div{flex:1 1 150px;max-width:270px}.facts{display:flex;flex-wrap:wrap;gap:20px 32px;margin-top:36px;padding:20px 0;border:solid var(--rule);border-width:1px 0}
.facts dd{font-size:28px;font-weight:600;letter-spacing:-.02em;line-height:1.25}
.facts small{letter-spacing:0;line-height:1.4;margin-top:2px}
.part{margin-top:88px;padding-top:28px;border-top:3px solid var(--ink)}
.part h2{font-size:26px;margin-bottom:4px}.part h2 .chip,.part h3 .chip{font-size:17px;margin-left:8px}.part h2 .chip .icon{width:18px;height:18px}
.part header>.quiet:first-child{margin-bottom:4px}
.part h3{font-size:20px;margin-bottom:14px}.part h4{font-size:16px}`;

const TABLES = `
table{width:100%;margin-bottom:28px;border-collapse:collapse;font-size:15px;line-height:1.45}
caption,.caption{text-align:left;color:var(--quiet);font-size:14px;padding-bottom:8px;margin:0}
th,td{padding:8px 20px 8px 0;text-align:left;vertical-align:top;font-weight:400;border-bottom:1px solid var(--rule)}
th:last-child,td:last-child{padding-right:0}
thead th{color:var(--quiet);font-size:13px;padding-top:0;border-bottom-color:var(--quiet);white-space:nowrap}
.stack thead th{white-space:normal;overflow-wrap:normal}.stack tbody th{min-width:116px}.number{text-align:right;white-space:nowrap}
tbody .code,del,ins{font:13px/1.55 ui-monospace,SFMono-Regular,Menlo,Consolas,"Liberation Mono",monospace}
.total th,.total td{font-weight:600;border-bottom:2px solid var(--ink)}
.scroller{overflow-x:auto}
.scroller table{overflow-wrap:normal}
.kind{color:var(--quiet);white-space:nowrap}.kind.decision{color:var(--accent);font-weight:600}.kind.fault,.kind.alarm,.kind.problem{color:var(--fail);font-weight:600}
details{margin-top:8px}summary{cursor:pointer;color:var(--accent);font-size:15px;padding:4px 0}details[open] summary{margin-bottom:8px}
del{text-decoration:line-through;text-decoration-color:var(--fail);color:var(--quiet)}ins{text-decoration:none;font-weight:600}
.revisions{display:flex;align-items:stretch;gap:20px;margin:16px 0 28px}
.revision{flex:1 1 0;min-width:0;padding:16px 18px;background:var(--raised);border-radius:6px;border-left:3px solid var(--rule)}
.revision.live{border-left-color:var(--pass)}
.revision p{margin:0}.role{color:var(--quiet);font-size:14px}.serves{float:right;color:var(--pass);font-weight:600}
.name{font-weight:600;font-size:17px}.revision ul{list-style:none;margin:10px 0 0;padding:0}.digest{display:block;color:var(--quiet)}
.arrow{align-self:center;color:var(--quiet);font-size:24px}
.bar{display:block;width:100%;min-width:90px;height:10px;margin-top:6px}.track{fill:var(--raised)}.done{fill:var(--accent)}.open{fill:url(#pattern-interrupted)}
footer{margin-top:88px;padding-top:28px;border-top:1px solid var(--rule)}footer table{max-width:420px;margin-top:20px}`;

const CHARTS = `
figure{margin:32px 0 44px;break-inside:avoid}
figcaption h3,figcaption h4,figcaption h5,figcaption h6{margin-bottom:2px}
figcaption p{margin-bottom:8px;max-width:none}
.legend{display:flex;flex-wrap:wrap;gap:2px 20px;margin:0 0 14px;padding:0;list-style:none;font-size:14px}
.legend li{display:flex;align-items:center;gap:7px}
.swatch{width:20px;height:14px;flex:none}
.chart{display:block;width:100%;height:auto;overflow:visible}
.chart.compact{display:none}
.chart text{font:13px system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif;font-variant-numeric:tabular-nums;fill:var(--quiet)}
.chart .end{font-weight:600;paint-order:stroke;stroke:var(--paper);stroke-width:3px}
.grid{stroke:var(--grid);fill:none}.axis{stroke:var(--quiet);fill:none}
.area{shape-rendering:crispEdges}
.area.ok{fill:var(--ok)}
.area.failed0{fill:url(#pattern-failed0)}.area.failed1{fill:url(#pattern-failed1)}.area.failed2{fill:url(#pattern-failed2)}.area.failed3{fill:url(#pattern-failed3)}
.area.dropped{fill:url(#pattern-dropped)}.area.interrupted{fill:url(#pattern-interrupted)}
.area.revision0{fill:var(--old)}.area.revision1{fill:url(#pattern-revision1)}.area.revision2{fill:var(--third)}.area.revision3{fill:url(#pattern-revision3)}
.ground.failed0,.ground.failed2{fill:var(--lost)}.grain.failed0,.grain.failed2{stroke:var(--lost-soft)}
.ground.failed1,.ground.failed3{fill:var(--lost-soft)}.grain.failed1,.grain.failed3{stroke:var(--lost-deep)}
.ground.dropped{fill:var(--dropped-soft)}.grain.dropped{stroke:var(--dropped);stroke-width:2;stroke-linecap:round}
.ground.interrupted{fill:var(--stopped-soft)}.grain.interrupted{stroke:var(--stopped)}
.ground.revision1{fill:var(--new)}.grain.revision1{stroke:var(--new-deep);stroke-width:.8}
.ground.revision3{fill:var(--fourth)}.grain.revision3{stroke:var(--ink)}
.line{fill:none;stroke-width:1.75;stroke-linejoin:round;stroke-linecap:round;stroke:var(--accent)}
.line.planned{stroke:var(--planned);stroke-width:1.25}
.line1{stroke-dasharray:7 4}.line2{stroke-dasharray:1.5 4}.line3{stroke-dasharray:10 3 2 3}.line4{stroke-dasharray:3 3}.line5{stroke-dasharray:14 5}
.line.line1{stroke:var(--stopped)}.line.line2{stroke:var(--ink);stroke-width:2}.line.line3{stroke:var(--pass)}.line.line4{stroke:var(--dropped)}.line.line5{stroke:var(--quiet)}
.whole{white-space:nowrap}.unjudged{fill:var(--paper);opacity:.62}.judged{stroke:var(--quiet);fill:none}
.hit{fill:transparent}.hit:hover{fill:var(--ink);opacity:.1}
.mark{fill:none;stroke:var(--quiet);stroke-dasharray:2 3}.mark.decision{stroke:var(--accent);stroke-dasharray:none}.mark.trouble{stroke:var(--fail);stroke-dasharray:none}
.badge rect{fill:var(--paper);stroke:var(--quiet)}.badge text{font-size:12px;fill:var(--ink)}
.badge.decision rect{fill:var(--accent);stroke:var(--accent)}.badge.trouble rect{fill:var(--fail);stroke:var(--fail)}
.forest{display:block;width:200px;min-width:150px;max-width:100%;height:20px}.forest .axis{stroke:var(--quiet)}.forest .tolerance{stroke:var(--fail);stroke-dasharray:3 3}.forest .span{fill:none;stroke:var(--accent);stroke-width:1.75}.forest .point{fill:var(--accent)}.forest .good{fill:var(--pass);opacity:.13}
.badge.decision text,.badge.trouble text{fill:var(--paper);font-weight:600}`;

const NARROW = `
@media (max-width:640px){
main{padding:24px 20px 56px}.brand{margin-bottom:20px}
.verdict{font-size:46px;gap:12px}h1{font-size:19px}.top .reason{font-size:17px}
section{margin-top:44px}.part{margin-top:64px}
.subject{display:grid;grid-template-columns:1fr 1fr;gap:10px 20px}
.facts{display:grid;grid-template-columns:1fr 1fr;gap:18px 20px}.facts dd{font-size:22px}
.chart.wide{display:none}.chart.compact{display:block}
.revisions{flex-direction:column;gap:8px}.arrow{transform:rotate(90deg)}
.wide-only{display:none}.fit th:not(:last-child),.fit td:not(:last-child){padding-right:14px}.stack,.stack caption,.stack tbody,.stack tr,.stack th,.stack td{display:block}.stack thead{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
.stack tr{padding:12px 0;border-bottom:1px solid var(--rule)}
.stack th,.stack td{border:0;padding:2px 0;text-align:left;white-space:normal}
.stack tbody th{font-weight:600}
.stack td:has(>.none){display:none}
.stack td{display:flow-root;padding-left:108px}.stack td::before{content:attr(data-label);float:left;width:96px;margin-left:-108px;color:var(--quiet);font-size:14px}
}
@media print{
:root,:root[data-theme]{${LIGHT}}
body{font-size:11pt;background:#fff;print-color-adjust:exact;-webkit-print-color-adjust:exact}main{max-width:none;padding:0}
.part{break-before:page;margin-top:0}.scroller{overflow:visible}tr,.revisions,.facts{break-inside:avoid}h2,h3,h4{break-after:avoid}
.scorecard table{font-size:9.5pt}.scorecard th,.scorecard td{padding-top:4px;padding-bottom:4px}.scorecard small{font-size:8.5pt}thead{break-after:avoid}h2+p,caption{break-after:avoid}
.chart.wide{display:block}.chart.compact{display:none}
}`;

export const STYLE = `:root{${LIGHT}}
@media (prefers-color-scheme:dark){:root{${DARK}}}
:root[data-theme=light]{${LIGHT}}:root[data-theme=dark]{${DARK}}
${TEXT}${HEADER}${TABLES}${CHARTS}${NARROW}`;
