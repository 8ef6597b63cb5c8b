import { html, raw } from "hono/html";
import type { HtmlEscapedString } from "hono/utils/html";

export type Html = HtmlEscapedString | Promise<HtmlEscapedString>;

/** Colours carry meaning only beside a word; both themes are readable. */
const style = `
:root{color-scheme:light dark;--ink:#1f2328;--dim:#59636e;--line:#d1d9e0;--paper:#fff;--soft:#f6f8fa;--green:#1a7f37;--amber:#9a6700;--red:#cf222e;--grey:#59636e;--blue:#0969da}
@media(prefers-color-scheme:dark){:root{--ink:#e6edf3;--dim:#9198a1;--line:#3d444d;--paper:#0d1117;--soft:#151b23;--green:#3fb950;--amber:#d29922;--red:#f85149;--grey:#9198a1;--blue:#4493f8}}
*{box-sizing:border-box}body{margin:0;font:15px/1.5 system-ui,sans-serif;color:var(--ink);background:var(--paper)}
header,main{max-width:72rem;margin:0 auto;padding:0 1.25rem}header{display:flex;gap:1.5rem;align-items:baseline;padding-top:1rem;padding-bottom:.75rem;border-bottom:1px solid var(--line)}
header a.home{font-weight:700;font-size:1.1rem;color:var(--ink)}a{color:var(--blue);text-decoration:none}a:hover{text-decoration:underline}:focus-visible{outline:2px solid var(--blue);outline-offset:2px}
h1{font-size:1.35rem;margin:1.25rem 0 .25rem}h2{font-size:1.05rem;margin:1.75rem 0 .5rem}.dim{color:var(--dim)}.num{font-variant-numeric:tabular-nums}
table{width:100%;border-collapse:collapse}th{text-align:left;font-weight:600;font-size:.8rem;color:var(--dim)}th,td{padding:.5rem .75rem .5rem 0;border-bottom:1px solid var(--line);vertical-align:top}
.tag{display:inline-block;padding:0 .5rem;border:1px solid currentColor;border-radius:1rem;font-size:.8rem;white-space:nowrap}
.reversible,.low,.passed,.landed,.auto,.true{color:var(--green)}.recoverable,.medium,.review,.testing,.building,.landing{color:var(--amber)}.irreversible,.high,.critical,.refuse,.failed,.ejected,.hold,.escalate,.false{color:var(--red)}.unknown,.not-applicable,.proposed,.queued{color:var(--grey)}
.tiles{display:flex;flex-wrap:wrap;gap:.75rem;margin:.75rem 0}.tile{flex:1 1 8rem;background:var(--soft);border:1px solid var(--line);border-radius:.5rem;padding:.6rem .9rem}.tile b{display:block;font-size:1.5rem;line-height:1.2}
.stop{border:2px solid var(--red);border-radius:.5rem;padding:.75rem 1rem;margin:1rem 0}ul.tree{list-style:none;padding-left:1.1rem;margin:.2rem 0;border-left:1px solid var(--line)}code{font:.88em ui-monospace,monospace;background:var(--soft);padding:.05rem .3rem;border-radius:.25rem;overflow-wrap:anywhere}
.lanes{display:grid;gap:.5rem}.group{display:flex;flex-wrap:wrap;gap:.6rem;align-items:center;background:var(--soft);border:1px solid var(--line);border-radius:.5rem;padding:.45rem .8rem}.empty{color:var(--dim);padding:.75rem 0}
.plot{width:100%;height:auto;max-width:54rem;display:block;font-size:13px}.plot text{fill:var(--ink)}.plot .figure{fill:var(--dim);font-variant-numeric:tabular-nums}
.plots{overflow-x:auto}.legend{display:flex;gap:1.25rem;margin:.25rem 0;font-size:.85rem;color:var(--dim)}.legend i{display:inline-block;width:.8rem;height:.8rem;border-radius:.15rem;margin-right:.35rem;vertical-align:-.05rem}
.strip{display:flex;flex-wrap:wrap;gap:2px}.strip span{flex:1 1 2.6rem;max-width:6rem;border-top:.5rem solid var(--blue);padding:.2rem .1rem;font-size:.8rem}.strip b,.strip small{display:block}.strip small{color:var(--dim)}.strip .same b{visibility:hidden}.strip .s-unknown{border-color:var(--line)}.strip .s-demand{border-color:var(--green)}
.next{background:var(--soft);border-left:.3rem solid var(--blue);padding:.6rem .9rem}.crumb{margin:1rem 0 -.75rem}.green{color:var(--green)}.yellow{color:var(--amber)}.red{color:var(--red)}.steps li{margin:.35rem 0}.steps ul{margin:.1rem 0}
.n-not-applicable .false{color:var(--grey)}
@media(max-width:45rem){th.wide,td.wide{display:none}.stack tr{display:block;border-bottom:1px solid var(--line);padding:.5rem 0}.stack th{display:none}.stack td{display:block;border:0;padding:.1rem 0}.stack td[data-label]::before{content:attr(data-label) ": ";color:var(--dim)}.plot{min-width:38rem}}
`;

/** `fresh`: seconds after which the page looks again by itself; people watch a queue. */
export function page({ title, fresh }: { title: string; fresh?: number }, body: Html): Html {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        ${fresh === undefined ? "" : html`<meta http-equiv="refresh" content="${fresh}" />`}
        <title>${title} · Drumline</title>
        <style>
          ${raw(style)}
        </style>
      </head>
      <body>
        <header><a class="home" href="/">Drumline</a><span class="dim">${title}</span></header>
        <main>${body}</main>
      </body>
    </html>`;
}

export function queueHref(q: { readonly repo: string; readonly base: string }): string {
  return `/queues/${q.repo}/${q.base.split("/").map(encodeURIComponent).join("/")}`;
}

export function list(lines: readonly string[], none: string): Html {
  if (lines.length === 0) return html`<span class="dim">${none}</span>`;
  return html`<ul>
    ${lines.map((line) => html`<li>${line}</li>`)}
  </ul>`;
}

export function tag(word: string): Html {
  return html`<span class="tag ${word}">${word}</span>`;
}

/** A moment, to the minute in UTC, with how long ago it was. */
export function moment(at: number | null, now: number): Html {
  if (at === null) return html`<span class="dim">never</span>`;
  const iso = new Date(at).toISOString();
  return html`<time datetime="${iso}" title="${iso}">${ago(now - at)}</time>`;
}

function ago(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  if (seconds < 60) return `${seconds} s ago`;
  if (seconds < 3600) return `${Math.round(seconds / 60)} min ago`;
  if (seconds < 48 * 3600) return `${Math.round(seconds / 3600)} h ago`;
  return `${Math.round(seconds / 86_400)} days ago`;
}

/** Words of a detector or a rule: text, with what stands between backticks as code. */
export function codeHtml(text: string): Html {
  return html`${text.split("`").map((part, i) => (i % 2 === 1 ? html`<code>${part}</code>` : part))}`;
}

/**
 * A reason's Markdown as HTML: bold, code and links to http(s) only; everything else stays text. The words were escaped
 * for Markdown, so its backslashes are taken off here and the text is escaped anew for HTML.
 */
export function reasonHtml(markdown: string): Html {
  const escaped = markdown.replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`);
  const marked = escaped
    .replace(/`([^`]*)`/g, "<code>$1</code>")
    .replace(/\*\*([^*]+)\*\*/g, "<strong>$1</strong>")
    .replace(/\[([^\]]+)\]\((https?:[^\s()]+)\)/g, '<a href="$2" rel="noreferrer">$1</a>')
    .replace(/\\([\\`*_{}[\]|~#]|&#6[02];)/g, "$1");
  return html`${raw(marked)}`;
}
