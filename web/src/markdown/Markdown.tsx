// Untrusted Markdown as elements, by an allow-list: every token becomes one of the elements below or plain text. No HTML is
// parsed or inserted anywhere, so nothing in a text can script, load or leave; links and images wait for a click.
import type { Token, Tokens } from 'marked';
import { h, type ComponentChildren } from 'preact';
import { useMemo, useState } from 'preact/hooks';
import { t } from '../strings';
import { Button } from '../ui/Button';
import { Code } from './Code';
import { askToOpen } from './LinkGate';
import { TeX } from './TeX';
import { decodeEntities, openableLink, parseMarkdown, showableImage, type MathToken } from './parse';

const kDeepest = 40;

function Link({ href, children }: { href: string; children: ComponentChildren }) {
  const target = openableLink(href);
  if (!target) return <>{children}</>;
  return (
    <button type="button" class="md-link" title={target} onClick={() => askToOpen(target)}>{children}</button>
  );
}

export function ClickImage({ src, alt }: { src: string; alt: string }) {
  const [shown, setShown] = useState(false);
  const allowed = showableImage(src);
  if (!allowed) return <span class="soft">[{t.common.blockedImage}{alt ? `: ${alt}` : ''}]</span>;
  if (!shown) return <Button slim onClick={() => setShown(true)}>{t.common.showImage}{alt ? `: ${alt}` : ''}</Button>;
  return <span class="md-image"><img src={allowed} alt={alt} loading="lazy" decoding="async" /></span>;
}

function inline(tokens: Token[] | undefined, depth: number): ComponentChildren {
  return (tokens ?? []).map((token, i) => <Inline key={i} token={token} depth={depth} />);
}

function Inline({ token, depth }: { token: Token; depth: number }): ComponentChildren {
  if (depth > kDeepest) return token.raw;
  switch (token.type) {
    case 'text':
      return token.tokens ? inline(token.tokens, depth + 1) : decodeEntities(token.text as string);
    case 'escape':
      return decodeEntities(token.text as string);
    case 'strong':
      return <strong>{inline(token.tokens, depth + 1)}</strong>;
    case 'em':
      return <em>{inline(token.tokens, depth + 1)}</em>;
    case 'del':
      return <del>{inline(token.tokens, depth + 1)}</del>;
    case 'codespan':
      return <code>{token.text as string}</code>;
    case 'br':
      return <br />;
    case 'link':
      return <Link href={(token as Tokens.Link).href}>{inline(token.tokens, depth + 1)}</Link>;
    case 'image':
      return <ClickImage src={(token as Tokens.Image).href} alt={decodeEntities((token as Tokens.Image).text)} />;
    case 'math':
      return <TeX tex={(token as MathToken).tex} block={(token as MathToken).block} />;
    case 'html':
      return /^<br\s*\/?>$/i.test(token.raw.trim()) ? <br /> : <span class="raw-html">{token.raw}</span>;
    default:
      return token.raw;
  }
}

function List({ token, depth }: { token: Tokens.List; depth: number }) {
  const items = token.items.map((item, i) => (
    <li key={i}>
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
  const align = (i: number): string => (token.align[i] ? `al-${token.align[i]}` : '');
  return (
    <div class="md-table" tabIndex={0}>
      <table>
        <thead><tr>{token.header.map((cell, i) => <th key={i} class={align(i)}>{inline(cell.tokens, depth + 1)}</th>)}</tr></thead>
        <tbody>
          {token.rows.map((row, r) => (
            <tr key={r}>{row.map((cell, i) => <td key={i} class={align(i)}>{inline(cell.tokens, depth + 1)}</td>)}</tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Block({ token, depth }: { token: Token; depth: number }): ComponentChildren {
  if (depth > kDeepest) return <p>{token.raw}</p>;
  switch (token.type) {
    case 'space':
    case 'def':
      return null;
    case 'heading':
      // The page's own headings stand above; a text starts at the third level.
      return h(`h${Math.min(6, (token as Tokens.Heading).depth + 2)}`, null, inline(token.tokens, depth + 1));
    case 'paragraph':
      return <p>{inline(token.tokens, depth + 1)}</p>;
    case 'text':
      return <p><Inline token={token} depth={depth + 1} /></p>;
    case 'code':
      return <Code text={(token as Tokens.Code).text} language={(token as Tokens.Code).lang ?? ''} />;
    case 'blockquote':
      return <blockquote><Blocks tokens={token.tokens ?? []} depth={depth + 1} /></blockquote>;
    case 'hr':
      return <hr />;
    case 'list':
      return <List token={token as Tokens.List} depth={depth} />;
    case 'table':
      return <TableBlock token={token as Tokens.Table} depth={depth} />;
    case 'math':
      return <TeX tex={(token as MathToken).tex} block />;
    case 'html':
      return <p class="raw-html">{token.raw.trim()}</p>;
    default:
      return <p>{token.raw}</p>;
  }
}

function Blocks({ tokens, depth }: { tokens: Token[]; depth: number }) {
  return <div class="md">{tokens.map((token, i) => <Block key={i} token={token} depth={depth} />)}</div>;
}

/** The same text gives the same elements, so that typing an answer never reads a long prompt again. */
export function Markdown({ text }: { text: string }) {
  return useMemo(() => {
    const tokens = parseMarkdown(text);
    return tokens ? <Blocks tokens={tokens} depth={0} /> : <pre class="raw">{text}</pre>;
  }, [text]);
}
