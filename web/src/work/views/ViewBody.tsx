// Every kind of view. What a view cannot show is shown raw, with a word that says so: never a blank page.
import type { ComponentChildren } from 'preact';
import type { Json } from '../../api/types';
import { Code } from '../../markdown/Code';
import { Markdown } from '../../markdown/Markdown';
import { t } from '../../strings';
import { lazy } from '../../ui/lazy';
import { resolve, type View } from '../form';
import { Chat, type Steps } from './Chat';
import { isObject, plainText, pretty } from './messages';
import type { ViewContext } from './TaskViews';
import { stepPlaces } from './units';

const ImageView = lazy(() => import('../../chunks/views').then((m) => m.ImageView));
const JsonTree = lazy(() => import('../../chunks/views').then((m) => m.JsonTree));
const MediaView = lazy(() => import('../../chunks/views').then((m) => m.MediaView));
const TableView = lazy(() => import('../../chunks/views').then((m) => m.TableView));
const Words = lazy(() => import('../../chunks/views').then((m) => m.Words));

function fileId(value: Json | undefined): { id: string; alt: string } | null {
  const id = isObject(value) ? value.file : value;
  const alt = isObject(value) && typeof value.alt === 'string' ? value.alt : '';
  return typeof id === 'string' && /^fil_[0-9A-Za-z]+$/.test(id) ? { id, alt } : null;
}

export function AsItCame({ value, why }: { value: Json | undefined; why: string }) {
  return (
    <div class="stack tight">
      <p class="small flagged">{why}</p>
      <Code text={typeof value === 'string' ? value : pretty(value)} language={typeof value === 'string' ? '' : 'json'} />
    </div>
  );
}

function stepsOf(view: View, context: ViewContext): Steps | undefined {
  const found = stepPlaces(view, context.form, context.data);
  if (!found) return undefined;
  return { ...found, ratings: context.ratings, row: context.row, onRow: context.onRow };
}

function FileView({ view, value }: { view: View; value: Json | undefined }) {
  const file = fileId(value);
  if (!file) return <AsItCame value={value} why={t.work.cannotShow} />;
  const source = `/api/v1/files/${file.id}`;
  if (view.kind === 'image') return <ImageView key={source} source={source} alt={file.alt} />;
  if (view.kind === 'pdf') return <a class="button" href={source} download>{t.work.file}</a>;
  return <MediaView key={source} source={source} kind={view.kind as 'audio' | 'video' | 'media'} alt={file.alt} />;
}

export function ViewBody({ view, value, context, unit, skip, wide }: {
  view: View; value: Json | undefined; context: ViewContext; unit: string; skip?: number; wide?: boolean;
}): ComponentChildren {
  switch (view.kind as string) {
    case 'markdown':
      return <Markdown text={plainText(value)} />;
    case 'chat':
      return <Chat value={value} role={view.role} unit={unit} skip={skip ?? 0} wide={wide === true} />;
    case 'code':
      return <Code text={plainText(value)} language={view.language} />;
    case 'json':
      return <JsonTree value={value ?? null} />;
    case 'diff':
      return <Words before={plainText(value)} after={plainText(resolve(context.data, view.to))} />;
    case 'table':
      return Array.isArray(value) ? <TableView value={value} columns={view.columns} unit={unit} /> : <AsItCame value={value} why={t.work.cannotShow} />;
    case 'trajectory': {
      const tools = view.tools ? resolve(context.data, view.tools) : undefined;
      return (
        <div class="stack">
          {tools ? <details><summary>{t.work.tools}</summary><JsonTree value={tools} /></details> : null}
          <Chat value={value} role={view.role} unit={unit} steps={stepsOf(view, context)} skip={skip ?? 0} wide={wide === true} />
        </div>
      );
    }
    case 'image':
    case 'audio':
    case 'video':
    case 'media':
    case 'pdf':
      return <FileView view={view} value={value} />;
    default:
      return <AsItCame value={value} why={t.work.cannotShow} />;
  }
}
