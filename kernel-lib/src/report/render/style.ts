/** The page's style sheet. No font, image or address: what it needs, every reader's machine has. */
export const STYLE = `
:root{color-scheme:light dark;--ink:#1c2430;--quiet:#5c6773;--paper:#fff;--tint:#f4f6f8;--line:#d9dfe5;--link:#0b5cad;
--ok:#2e7d32;--warn:#8a4b00;--warn-tint:#fff5e3;--bad:#b3261e;--bad-tint:#fdecea;--c:#6a7380;--s:#1d6f42;--n:#8a4b00;--k:#7a3e9d;
--0:#3d6da3;--1:#ad5a00;--2:#3a7d34;--3:#96588a;--4:#bf3f3e;--5:#2b7a74;--6:#85601d;--7:#6259b5;--8:#b23a72;--9:#56702a;--band:#5a6875;
--sans:system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif;--mono:ui-monospace,SFMono-Regular,Menlo,Consolas,"Liberation Mono",monospace}
@media (prefers-color-scheme:dark){:root{--ink:#e3e8ee;--quiet:#9aa6b2;--paper:#14181d;--tint:#1d232a;--line:#343d47;--link:#7ab7f5;
--ok:#7fca83;--warn:#f0b76b;--warn-tint:#2d2416;--bad:#f28b88;--bad-tint:#33191a;--c:#8b96a3;--s:#8fcf9f;--n:#f0b76b;--k:#d0a5e8;
--0:#82aedb;--1:#f2a154;--2:#83c97a;--3:#d3a2c7;--4:#f28b88;--5:#7fcac3;--6:#d6b16a;--7:#aba5f2;--8:#ee92bb;--9:#aecb7a;--band:#a3b1bd}}
*{box-sizing:border-box}
html{scroll-behavior:smooth;scroll-padding-top:3.5rem}
@media (prefers-reduced-motion:reduce){html{scroll-behavior:auto}}
body{margin:0;background:var(--paper);color:var(--ink);font:1.0625rem/1.6 var(--sans);text-rendering:optimizeLegibility}
main,footer{max-width:54rem;margin:0 auto;padding:0 1.5rem}
nav{position:sticky;top:0;z-index:1;background:var(--paper);border-bottom:1px solid var(--line);padding:.6rem 1.5rem;font-size:.875rem;display:flex;gap:1.25rem;justify-content:center;flex-wrap:wrap}
nav a{color:var(--quiet);text-decoration:none}
nav a:hover{color:var(--link);text-decoration:underline}
a{color:var(--link);text-underline-offset:.15em}
:focus-visible{outline:2px solid var(--link);outline-offset:2px;border-radius:3px}
.skip{position:absolute;left:-99rem}
.skip:focus{left:1rem;top:.5rem;z-index:2;background:var(--paper);padding:.25rem .75rem}
header{padding:3rem 0 1rem}
.eyebrow{margin:0;color:var(--quiet);font-size:.875rem}
h1,h2,h3,h4,h5,h6{line-height:1.25;text-wrap:balance;margin:2em 0 .6em}
h1{font-size:2.375rem;letter-spacing:-.015em;margin:.15em 0 .5em}
h2{font-size:1.0rem;text-transform:uppercase;letter-spacing:.08em;color:var(--quiet);border-top:1px solid var(--line);padding-top:1.75rem;margin-top:3rem}
h3{font-size:1.4375rem;letter-spacing:-.01em}
h4{font-size:1.125rem}
h5,h6{font-size:1rem}
.facts{display:flex;flex-wrap:wrap;gap:.25rem 1.25rem;margin:0;color:var(--quiet);font-size:.9375rem;align-items:baseline}
.status{font-size:.8125rem;font-weight:600;color:var(--quiet);white-space:nowrap}
.status::before{content:"";display:inline-block;width:.55em;height:.55em;border-radius:50%;background:currentColor;margin-right:.4em}
.status.succeeded,.status.done{color:var(--ok)}
.status.failed{color:var(--bad)}
.status.running,.status.cancelled{color:var(--warn)}
.warning,.error{border-left:3px solid var(--warn);background:var(--warn-tint);padding:.6rem .9rem;margin:1rem 0;font-size:.9375rem;border-radius:0 4px 4px 0}
.error{border-color:var(--bad);background:var(--bad-tint);overflow-wrap:anywhere}
.quiet{color:var(--quiet)}
.figures{display:grid;grid-template-columns:repeat(auto-fill,minmax(11rem,1fr));gap:.75rem;margin:0 0 1.5rem}
.figures div{background:var(--tint);border-radius:8px;padding:.9rem 1.1rem}
.figures dt{color:var(--quiet);font-size:.875rem;overflow-wrap:anywhere}
.figures dd{margin:0;font-size:1.875rem;line-height:1.2;font-weight:600;letter-spacing:-.02em;font-variant-numeric:tabular-nums}
.wide{overflow-x:auto;margin:1rem 0}
table{border-collapse:collapse;font-size:.875rem;line-height:1.45;font-variant-numeric:tabular-nums}
section>.wide>table{min-width:60%}
.wide>.steps{width:100%}
th,td{text-align:left;vertical-align:top;padding:.4rem .9rem .4rem 0;border-bottom:1px solid var(--line)}
thead th{color:var(--quiet);font-weight:500;vertical-align:bottom}
thead th small{font-weight:400}
tbody th{font-weight:500}
.number{text-align:right;padding-right:1.4rem}
.rich{font-size:.9375rem}
.rich table{margin:.25rem 0}
.rich p{margin:.4rem 0;color:var(--quiet);font-size:.875rem}
.rich td,.rich th{white-space:nowrap}
.rich .number{padding-right:.9rem}
.steps td:nth-child(-n+4){white-space:nowrap}
.steps small{display:inline-block;max-width:16rem;overflow-wrap:anywhere}
code,pre{font-family:var(--mono);font-size:.875em}
code{overflow-wrap:anywhere}
.prose code{background:var(--tint);border-radius:3px;padding:.1em .3em}
pre{background:var(--tint);border-radius:6px;padding:.9rem 1.1rem;overflow-x:auto;line-height:1.5;font-size:.8125rem;margin:.75rem 0;tab-size:2}
pre code{font-size:1em;overflow-wrap:normal}
.prose pre code{background:none;padding:0}
.stderr{border-left:3px solid var(--warn)}
.text{max-height:36rem;overflow:auto}
.tree{line-height:1.45;max-height:none}
.hash{white-space:nowrap;color:var(--quiet);font-size:.75rem}
.full{font-size:.75rem}
.prose{max-width:44rem}
.prose p,.prose ul,.prose ol{margin:.8em 0}
.prose img,.outputs img{max-width:100%;height:auto}
.prose blockquote{margin:1em 0;padding-left:1em;border-left:3px solid var(--line);color:var(--quiet)}
.prose table{margin:1em 0}
.step-0{--band:var(--0)}.step-1{--band:var(--1)}.step-2{--band:var(--2)}.step-3{--band:var(--3)}.step-4{--band:var(--4)}
.step-5{--band:var(--5)}.step-6{--band:var(--6)}.step-7{--band:var(--7)}.step-8{--band:var(--8)}.step-9{--band:var(--9)}
.cell{border-left:3px solid var(--band);padding-left:1rem;margin:1.1rem 0}
.cell.plain{border-left-color:var(--line)}
.band{color:var(--band);font-weight:600}
summary{cursor:pointer;font-size:.875rem;padding:.15rem 0}
.outputs{margin:.4rem 0}
.outputs>.quiet{font-size:.8125rem;margin:.25rem 0}
figure{margin:1rem 0}
.chart{max-width:100%;height:auto;color:var(--quiet)}
.chart text{font-family:var(--sans)}
.flow{max-width:100%;height:auto}
.arc{fill:none;stroke:var(--band);stroke-width:1.75;opacity:.65}
.dot{fill:var(--band)}
.flow .name{font:600 14px var(--sans);fill:var(--ink)}
.flow .detail{font:12px var(--sans);fill:var(--quiet)}
.c{color:var(--c);font-style:italic}.s{color:var(--s)}.n{color:var(--n)}.k{color:var(--k)}
.pairs{display:grid;gap:.2rem;font-size:.9375rem;margin:1rem 0}
.pairs div{display:grid;grid-template-columns:10rem 1fr;gap:1rem}
.pairs dt{color:var(--quiet)}
.pairs dd{margin:0}
footer{color:var(--quiet);font-size:.875rem;padding-top:3rem;padding-bottom:3rem}
@media (max-width:40rem){h1{font-size:1.75rem}.pairs div{grid-template-columns:1fr;gap:0}}
@media print{:root{color-scheme:light}nav,.skip{display:none}body{font-size:10.5pt}main,footer{max-width:none;padding:0}header{padding-top:0}
h2,h3,h4{break-after:avoid}figure,tr,.figures,.warning{break-inside:avoid}pre{white-space:pre-wrap;overflow-wrap:anywhere}.text{max-height:none}.wide{overflow:visible}a{color:inherit}}
`;
