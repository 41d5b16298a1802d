// Untrusted Markdown as elements, by an allow-list: every token becomes one of the elements below or plain text. No HTML is
// parsed or inserted anywhere, so nothing in a text can script, load or leave; links and images wait for a click.
import type { Token, Tokens } from 'marked';
import { h, type ComponentChildren } from 'preact';
import { useEffect, useMemo, useState } from 'preact/hooks';
import { t } from '../strings';
import { Button } from '../ui/Button';
import { ClickImage } from './ClickImage';
import { Code } from './Code';
import { Lazy } from './Lazy';
import { askToOpen } from './LinkGate';
import { LongText } from './LongText';
import { shown } from './Shown';
import { useReveal } from './reveal';
import { TeX } from './TeX';
import { decodeEntities, hasMarks, kMostFormatted, openableLink, type MathToken } from './parse';
import { sectionsOf, type Section } from './split';

const kDeepest = 40;
/** Rows of a table that are drawn at once. */
const kRowsAtOnce = 200;

function Link({ href, children }: { href: string; children: ComponentChildren }) {
  const target = openableLink(href);
  if (!target) return <>{children}</>;
  return (
    <button type="button" class="md-link" title={target} onClick={() => askToOpen(target)}>{children}</button>
  );
}

function inline(tokens: Token[] | undefined, depth: number): ComponentChildren {
  return (tokens ?? []).map((token, i) => <Inline key={i} token={token} depth={depth} />);
}

function Inline({ token, depth }: { token: Token; depth: number }): ComponentChildren {
  if (depth > kDeepest) return shown(token.raw);
  switch (token.type) {
    case 'text':
      return token.tokens ? inline(token.tokens, depth + 1) : shown(decodeEntities(token.text as string));
    case 'escape':
      return shown(decodeEntities(token.text as string));
    case 'strong':
      return <strong>{inline(token.tokens, depth + 1)}</strong>;
    case 'em':
      return <em>{inline(token.tokens, depth + 1)}</em>;
    case 'del':
      return <del>{inline(token.tokens, depth + 1)}</del>;
    case 'codespan':
      return <code dir="ltr">{shown(token.text as string)}</code>;
    case 'br':
      return <br />;
    case 'link':
      return <Link href={(token as Tokens.Link).href}>{inline(token.tokens, depth + 1)}</Link>;
    case 'image':
      return <ClickImage src={(token as Tokens.Image).href} alt={decodeEntities((token as Tokens.Image).text)} />;
    case 'math':
      return <TeX tex={(token as MathToken).tex} block={(token as MathToken).block} />;
    case 'html':
      return /^<br\s*\/?>$/i.test(token.raw.trim()) ? <br /> : <span class="raw-html">{shown(token.raw)}</span>;
    default:
      return shown(token.raw);
  }
}

function List({ token, depth }: { token: Tokens.List; depth: number }) {
  const items = token.items.map((item, i) => (
    <li key={i} dir="auto">
      {item.task ? <input class="task-box" type="checkbox" disabled checked={item.checked === true} aria-label={item.checked ? t.common.yes : t.common.no} /> : null}
      {item.loose ? <Blocks tokens={item.tokens} depth={depth + 1} /> : <Tight tokens={item.tokens} depth={depth + 1} />}
    </li>
  ));
  return token.ordered ? <ol start={Number(token.start) || 1}>{items}</ol> : <ul>{items}</ul>;
}

function Tight({ tokens, depth }: { tokens: Token[]; depth: number }) {
  return (
    <>
      {tokens.map((token, i) =>
        token.type === 'text' || token.type === 'paragraph'
          ? <Inline key={i} token={{ ...token, type: 'text' } as Token} depth={depth} />
          : <Block key={i} token={token} depth={depth} />,
      )}
    </>
  );
}

function TableBlock({ token, depth }: { token: Tokens.Table; depth: number }) {
  const [most, setMost] = useState(kRowsAtOnce);
  useReveal(() => setMost(token.rows.length));
  const left = token.rows.length - most;
  const align = (i: number): string => (token.align[i] ? `al-${token.align[i]}` : '');
  return (
    <div class="md-table" tabIndex={0}>
      <table>
        <thead><tr>{token.header.map((cell, i) => <th key={i} dir="auto" class={align(i)}>{inline(cell.tokens, depth + 1)}</th>)}</tr></thead>
        <tbody>
          {token.rows.slice(0, most).map((row, r) => (
            <tr key={r}>{row.map((cell, i) => <td key={i} dir="auto" class={align(i)}>{inline(cell.tokens, depth + 1)}</td>)}</tr>
          ))}
        </tbody>
      </table>
      {left > 0 ? <Button slim onClick={() => setMost(most + 1000)}>{t.reading.showMoreRows(Math.min(1000, left))}</Button> : null}
    </div>
  );
}

function Block({ token, depth }: { token: Token; depth: number }): ComponentChildren {
  if (depth > kDeepest) return <p>{shown(token.raw)}</p>;
  switch (token.type) {
    case 'space':
    case 'def':
      return null;
    case 'heading':
      // The page's own headings stand above; a text starts at the third level.
      return h(`h${Math.min(6, (token as Tokens.Heading).depth + 2)}`, { dir: 'auto' }, inline(token.tokens, depth + 1));
    case 'paragraph':
      return <p dir="auto">{inline(token.tokens, depth + 1)}</p>;
    case 'text':
      return <p dir="auto"><Inline token={token} depth={depth + 1} /></p>;
    case 'code':
      return <Code text={(token as Tokens.Code).text} language={(token as Tokens.Code).lang ?? ''} />;
    case 'blockquote':
      return <blockquote dir="auto"><Blocks tokens={token.tokens ?? []} depth={depth + 1} /></blockquote>;
    case 'hr':
      return <hr />;
    case 'list':
      return <List token={token as Tokens.List} depth={depth} />;
    case 'table':
      return <TableBlock token={token as Tokens.Table} depth={depth} />;
    case 'math':
      return <TeX tex={(token as MathToken).tex} block />;
    case 'html':
      return <p class="raw-html">{shown(token.raw.trim())}</p>;
    default:
      return <p>{shown(token.raw)}</p>;
  }
}

function Blocks({ tokens, depth }: { tokens: Token[]; depth: number }) {
  return <div class="md">{tokens.map((token, i) => <Block key={i} token={token} depth={depth} />)}</div>;
}

type Parse = (text: string) => Token[] | null;
let parse: Parse | null = null;
let loading: Promise<void> | null = null;

/** The reader, once it has arrived. Until then, and where it cannot be fetched, a text stands as it was typed. */
function useParse(wanted: boolean): Parse | null {
  const [ready, setReady] = useState<Parse | null>(() => parse);
  useEffect(() => {
    if (!wanted || ready) return;
    let current = true;
    loading ??= import('./lexer').then((m) => void (parse = m.parseMarkdown));
    loading.then(
      () => current && setReady(() => parse),
      () => {
        loading = null;
      },
    );
    return () => {
      current = false;
    };
  }, [wanted]);
  return ready ?? parse;
}

function Typed({ text }: { text: string }) {
  return <div class="md">{text.trim().split(/\n{2,}/).map((part, i) => <p key={i} class="prewrap" dir="auto">{shown(part)}</p>)}</div>;
}

function Part({ section }: { section: Section }) {
  const wanted = useMemo(() => !section.plain && hasMarks(section.text), [section]);
  const read = useParse(wanted);
  const tokens = useMemo(() => (wanted && read ? read(section.text) : undefined), [section, wanted, read]);
  if (tokens) return <Blocks tokens={tokens} depth={0} />;
  if (!section.plain && tokens === undefined && section.text.length < 50_000) return <Typed text={section.text} />;
  return (
    <div class="md">
      {wanted && tokens === undefined ? null : <p class="small soft">{t.reading.tooLongToFormat}</p>}
      <LongText text={section.text} />
    </div>
  );
}

/** The same text gives the same elements, so that typing an answer never reads a long prompt again. A long one comes in parts. */
export function Markdown({ text }: { text: string }) {
  return useMemo(() => {
    if (text.length > kMostFormatted) return <Part section={{ text, plain: true }} />;
    const sections = sectionsOf(text);
    const [only] = sections;
    if (sections.length === 1 && only) return <Part section={only} />;
    return (
      <div class="md-parts">
        {sections.map((section, i) =>
          i === 0 ? <Part key={i} section={section} /> : <Lazy key={i} size={section.text.length}>{() => <Part section={section} />}</Lazy>)}
      </div>
    );
  }, [text]);
}
