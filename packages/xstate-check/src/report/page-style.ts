import { CHART_STYLE } from '../chart/svg.ts';
import { SEQUENCE_STYLE } from './sequence.ts';

const LIGHT =
  'color-scheme:light;--paper:#fff;--ink:#1f2328;--dim:#57606a;--frame:#d0d7de;--fill:#f6f8fa;--link:#0550ae;--good:#1a6e33;--bad:#b3261e;--unknown:#7a4b00';
const DARK =
  'color-scheme:dark;--paper:#0d1117;--ink:#e6edf3;--dim:#9da7b1;--frame:#3d444d;--fill:#161b22;--link:#79b8ff;--good:#6fd08c;--bad:#ff8a80;--unknown:#e3b341';

/** The style of a report: for screens of any width, both themes, and paper. */
export const PAGE_STYLE = `
:root{${LIGHT}}
@media (prefers-color-scheme:dark){:root{${DARK}}}
:root.light{${LIGHT}}
:root.dark{${DARK}}
*{box-sizing:border-box}
html{scroll-padding-top:1rem}
body{margin:0;background:var(--paper);color:var(--ink);font:15px/1.5 system-ui,'DejaVu Sans',sans-serif;overflow-wrap:break-word}
header,main,.contents{padding:1rem 1.25rem;max-width:92rem}
h1{font-size:1.5rem;line-height:1.25;margin:.2rem 0 .6rem}
h2{font-size:1.25rem;margin:2.2rem 0 .6rem;padding-top:.6rem;border-top:1px solid var(--frame)}
h3{font-size:1.02rem;margin:1.4rem 0 .4rem}
p,ul{margin:.4rem 0;max-width:75ch}
ul{padding-left:1.2rem}
a{color:var(--link)}
code,pre{font-family:'DejaVu Sans Mono',Menlo,Consolas,'Liberation Mono',monospace;font-size:.86em}
pre{background:var(--fill);border:1px solid var(--frame);border-radius:6px;padding:.7rem .9rem;line-height:1.35;margin:0}
.scroll{overflow-x:auto;margin:.5rem 0;max-width:100%}
.scroll:focus-visible,a:focus-visible,summary:focus-visible,button:focus-visible{outline:2px solid var(--link);outline-offset:2px}
table{border-collapse:collapse;font-size:.88em;line-height:1.4}
.caption{color:var(--dim);font-size:.88em;margin-bottom:0}.caption+.scroll{margin-top:.2rem}
th,td{border:1px solid var(--frame);padding:.28rem .5rem;text-align:left;vertical-align:top}
thead th{background:var(--fill)}
td{min-width:3.5rem;max-width:30rem}
td.number{text-align:right}
td code{overflow-wrap:anywhere}
.narrow{table-layout:fixed;width:100%;min-width:46rem}
.narrow th,.narrow td{min-width:0;padding:.25rem .2rem;overflow-wrap:anywhere}
.narrow th:first-child{width:11.5rem}
.narrow td:nth-child(n+2){text-align:center;font-size:.9em}
.narrow thead th{position:sticky;top:0;z-index:1;box-shadow:inset 0 -1px var(--frame)}
.narrow thead th:nth-child(n+2) span{writing-mode:vertical-rl;transform:rotate(180deg);font-weight:600;margin:.3rem auto;display:block;white-space:nowrap;overflow-wrap:normal}
.narrow td:first-child,.narrow th:first-child{position:sticky;left:0;background:var(--paper)}
.narrow thead th:first-child{z-index:2}
.columns{max-height:90vh;overflow:auto}
tr:target,section:target>h2,section:target>h3{background:var(--fill);outline:2px solid var(--link)}
.good{color:var(--good);font-weight:600}
.bad{color:var(--bad);font-weight:700}
.unknown{color:var(--unknown);font-weight:600}
.plain{color:var(--dim)}
details{margin:.4rem 0}
summary{cursor:pointer;padding:.2rem 0}
summary:hover{text-decoration:underline}
figure{margin:.5rem 0}
figcaption{color:var(--dim);font-size:.88em}
figure svg{display:block;max-width:100%;height:auto}
.full svg{max-width:none}
.contents ul{list-style:none;padding-left:0;max-width:none}
.contents li li{padding-left:.8rem}
.contents a{text-decoration:none}
.contents a:hover{text-decoration:underline}
.contents ul ul{font-size:.92em;columns:9rem;column-gap:1rem;margin:.1rem 0 .4rem}
.contents details{margin:0}
.contents summary{color:var(--dim);font-size:.88em;padding:0 0 0 .8rem}
.contents li{padding:.1rem 0}
.tools{display:flex;gap:.5rem;flex-wrap:wrap;margin:.5rem 0}
button{font:inherit;font-size:.88em;color:var(--ink);background:var(--fill);border:1px solid var(--dim);border-radius:6px;padding:.2rem .7rem;cursor:pointer}
@media (min-width:1100px){
body{display:grid;grid-template-columns:17rem minmax(0,1fr);grid-template-areas:'contents header' 'contents main';grid-template-rows:auto 1fr}
header{grid-area:header}
main{grid-area:main;min-width:0}
.contents{grid-area:contents;position:sticky;top:0;height:100vh;overflow-y:auto;border-right:1px solid var(--frame);font-size:.9em}
.contents ul ul{columns:auto}
.columns{max-height:none;overflow:visible}
}
@media (max-width:600px){
header,main,.contents{padding:.7rem .8rem}
h1{font-size:1.25rem}
table{font-size:.82em}
.narrow th:first-child{width:8.5rem}
}
@media print{
:root,:root.dark{${LIGHT}}
body{display:block;font-size:10pt}
.contents,.tools,button{display:none}
.scroll{overflow:visible;max-height:none}
.narrow{min-width:0}
.narrow th{position:static}
figure svg,.full svg{max-width:100%;height:auto;max-height:24cm}
pre{white-space:pre-wrap}
h2,h3{break-after:avoid}
tr,figure{break-inside:avoid}
details::details-content{content-visibility:visible;display:block;block-size:auto}
}
${CHART_STYLE}
${SEQUENCE_STYLE}
`;

/** Nobody needs it to read: it opens what a link leads to, all at once, and before printing. */
export const PAGE_SCRIPT = `
const all=()=>document.querySelectorAll('main details');
const reveal=()=>{let at=location.hash&&document.getElementById(decodeURIComponent(location.hash.slice(1)));if(!at)return;
const inner=at.querySelector(':scope>details');if(inner)inner.open=true;
for(let up=at;up;up=up.parentElement)if(up.tagName==='DETAILS')up.open=true;at.scrollIntoView()};
addEventListener('hashchange',reveal);addEventListener('beforeprint',()=>all().forEach(d=>d.open=true));
const button=(text,act)=>{const b=document.createElement('button');b.type='button';b.textContent=text;b.onclick=()=>act(b);return b};
const tools=document.createElement('div');tools.className='tools';
tools.append(button('Open all',()=>all().forEach(d=>d.open=true)),button('Close all',()=>all().forEach(d=>d.open=false)),
button('Light or dark',()=>{const root=document.documentElement,dark=root.classList.contains('dark')||!root.classList.contains('light')&&matchMedia('(prefers-color-scheme: dark)').matches;root.className=dark?'light':'dark'}));
document.querySelector('header').append(tools);
for(const figure of document.querySelectorAll('figure'))figure.querySelector('figcaption').append(' ',button('Full size',b=>{b.textContent=figure.classList.toggle('full')?'Fit to width':'Full size'}));
reveal();
`;
