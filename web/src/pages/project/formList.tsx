// The views or the questions of a form as cards: open one to change it, move it by button, key or mouse, remove it with undo.
import { useState } from 'preact/hooks';
import type { JsonObject } from '../../api';
import { t } from '../../strings/make';
import { Button } from '../../ui/Button';
import { Select } from '../../ui/Field';
import { toast } from '../../ui/Toast';
import { add, itemsIn, move, rename, setAt, valueAt } from './formEdit';
import { focusField } from './formFocus';
import { MemberField, type Place } from './formMembers';
import { asKind, kindsOf, membersOf, type Side } from './formSpec';

export interface Editing {
  form: JsonObject;
  /** The form as it is at this moment, for what happens later, such as an undo. */
  latest: () => JsonObject;
  errors: Map<string, string>;
  paths: string[];
  onForm: (form: JsonObject) => void;
}

const kindName = (side: Side, kind: string): string => t.make.form.kinds[side][kind] ?? kind;

function Card({ editing, list, side, at, count, inGroup, dragged, onDrag }: {
  editing: Editing; list: string; side: Side; at: number; count: number; inGroup: boolean; dragged: number | null; onDrag: (at: number | null) => void;
}) {
  const { form, errors } = editing;
  const pointer = `${list}/${at}`;
  const items = itemsIn(valueAt(form, list));
  const item = items[at] ?? {};
  const kind = String(item.kind);
  const w = t.make.form;
  const wrong = [...errors.keys()].some((where) => where === pointer || where.startsWith(`${pointer}/`));
  const [open, setOpen] = useState(false);
  const [over, setOver] = useState(false);
  const name = String(item.label || item.id || kindName(side, kind));
  const to = (next: number): void => {
    if (next < 0 || next >= count) return;
    editing.onForm(move(form, list, at, next));
    focusField(`${list}/${next}`);
  };
  const remove = (): void => {
    editing.onForm(setAt(form, pointer, undefined));
    toast(w.removed(name), () => {
      const now = editing.latest();
      const there = itemsIn(valueAt(now, list));
      editing.onForm(setAt(now, list, [...there.slice(0, at), item, ...there.slice(at)]));
    });
  };
  const place: Place = {
    pointer, item, errors, paths: editing.paths, earlier: side === 'questions' ? items.slice(0, at) : [],
    onMember: (member, value) => editing.onForm(
      member === 'id' && typeof value === 'string' ? rename(form, list, at, value) : setAt(form, `${pointer}/${member}`, value)),
  };
  const members = membersOf(side, kind);
  return (
    <li
      class={`form-card${wrong ? ' wrong' : ''}${over && dragged !== null ? ' over' : ''}`} data-card={pointer}
      onDragOver={(event) => {
        if (dragged === null) return;
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        setOver(false);
        if (dragged === null) return;
        event.preventDefault();
        event.stopPropagation();
        editing.onForm(move(form, list, dragged, at));
        onDrag(null);
      }}
    >
      <div class="form-card-head" draggable onDragStart={() => onDrag(at)} onDragEnd={() => onDrag(null)}>
        <button
          type="button" class="form-card-name" aria-expanded={open || wrong} aria-keyshortcuts="Alt+ArrowUp Alt+ArrowDown" data-field={pointer}
          onClick={() => setOpen(!open)}
          onKeyDown={(event) => {
            if (!event.altKey || !['ArrowUp', 'ArrowDown'].includes(event.key)) return;
            event.preventDefault();
            to(at + (event.key === 'ArrowUp' ? -1 : 1));
          }}
        >
          <strong dir="auto">{name}</strong> <span class="soft small">{kindName(side, kind)}{wrong ? ` · ${w.wrong}` : ''}</span>
        </button>
        <span class="row nowrap slim-actions">
          <Button slim look="quiet" disabled={at === 0} aria-label={w.up(name)} onClick={() => to(at - 1)}>↑</Button>
          <Button slim look="quiet" disabled={at === count - 1} aria-label={w.down(name)} onClick={() => to(at + 1)}>↓</Button>
          <Button slim look="quiet" aria-label={w.remove(name)} onClick={remove}>✕</Button>
        </span>
      </div>
      {open || wrong ? (
        <div class="stack form-card-body">
          <div data-field={`${pointer}/kind`}>
            <Select
              label={w.kind} value={kind} options={kindsOf(side, inGroup).map((one) => [one, kindName(side, one)])}
              onInput={(next) => editing.onForm(setAt(form, pointer, asKind(side, item, next)))} {...(errors.get(`${pointer}/kind`) ? { error: errors.get(`${pointer}/kind`) ?? '' } : {})}
            />
          </div>
          {members.filter((m) => !m.rare).map((member) => <MemberField key={`${kind}/${member.name}`} member={member} place={place} />)}
          {kind === 'group' ? <FormList editing={editing} list={`${pointer}/questions`} side="questions" inGroup title={w.parts} /> : null}
          <details open={members.some((m) => m.rare && errors.has(`${pointer}/${m.name}`)) || undefined}>
            <summary>{w.rare}</summary>
            <div class="stack fold">{members.filter((m) => m.rare).map((member) => <MemberField key={`${kind}/${member.name}`} member={member} place={place} />)}</div>
          </details>
        </div>
      ) : null}
    </li>
  );
}

export function FormList({ editing, list, side, title, inGroup }: { editing: Editing; list: string; side: Side; title: string; inGroup?: boolean }) {
  const [dragged, setDragged] = useState<number | null>(null);
  const items = itemsIn(valueAt(editing.form, list));
  const w = t.make.form;
  const names = kindsOf(side, inGroup ?? false);
  const [kind, setKind] = useState(names[0] ?? 'text');
  const label = side === 'views' ? w.addView : w.addQuestion;
  return (
    <section class="stack tight" aria-label={title} data-field={list}>
      {inGroup ? <h4>{title}</h4> : <h3>{title}</h3>}
      {errors(editing, list)}
      <ol class="form-list">
        {items.map((_, at) => (
          <Card
            key={at} editing={editing} list={list} side={side} at={at} count={items.length} inGroup={inGroup ?? false} dragged={dragged} onDrag={setDragged}
          />
        ))}
      </ol>
      <div class="map-pick">
        <select class="input" aria-label={label} value={kind} onChange={(event) => setKind(event.currentTarget.value)}>
          {names.map((one) => <option key={one} value={one}>{kindName(side, one)}</option>)}
        </select>
        <Button
          slim
          onClick={() => {
            editing.onForm(add(editing.form, list, side, kind, kindName(side, kind)));
            focusField(`${list}/${items.length}`);
          }}
        >
          {label}
        </Button>
      </div>
    </section>
  );
}

function errors(editing: Editing, list: string) {
  const text = editing.errors.get(list);
  return text ? <p class="bad small" role="alert">{text}</p> : null;
}
