// One control for each member of a view or a question, in plain words, with what is wrong beside it.
import { useEffect, useId, useState } from 'preact/hooks';
import type { Json, JsonObject } from '../../api';
import { t } from '../../strings/make';
import { Button } from '../../ui/Button';
import { Check, Select, TextArea, TextField } from '../../ui/Field';
import { ConditionField } from './formCondition';
import { isDefault, type Member } from './formSpec';

export interface Place {
  /** Of the item that the member belongs to. */
  pointer: string;
  item: JsonObject;
  /** Questions before this one in its list: what a condition may name. */
  earlier: JsonObject[];
  errors: Map<string, string>;
  /** Places of the data that `from` may name. */
  paths: string[];
  onMember: (name: string, value: Json | undefined) => void;
}

function words(kind: string, name: string): [string, string] {
  const all = t.make.form.members;
  return all[`${kind}.${name}`] ?? all[name] ?? [name, ''];
}

/** Text that may be a number: kept as typed until it is one. */
function NumberText({ label, help, value, error, whole, onInput }: {
  label: string; help: string; value: Json | undefined; error: string | null; whole: boolean; onInput: (value: number | undefined) => void;
}) {
  const shown = typeof value === 'number' ? String(value) : '';
  const [text, setText] = useState(shown);
  const [bad, setBad] = useState(false);
  useEffect(() => {
    if (!bad && text !== shown) setText(shown);
  }, [shown]);
  const read = (given: string): void => {
    setText(given);
    const fits = given.trim() === '' || (whole ? /^\s*-?\d+\s*$/ : /^\s*-?\d+(\.\d+)?\s*$/).test(given);
    setBad(!fits);
    if (fits) onInput(given.trim() === '' ? undefined : Number(given));
  };
  return (
    <TextField label={label} value={text} maxLength={12} error={bad ? t.make.form.issues.bounds ?? '' : error} onInput={read} {...(help ? { help } : {})} />
  );
}

function PathField({ label, help, value, error, paths, onInput }: {
  label: string; help: string; value: string; error: string | null; paths: string[]; onInput: (value: string) => void;
}) {
  const id = useId();
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <input
        id={id} class="input" list={`${id}-list`} value={value} autocomplete="off" spellcheck={false} aria-invalid={error ? true : undefined}
        aria-describedby={[help ? `${id}-help` : '', error ? `${id}-error` : ''].filter(Boolean).join(' ') || undefined}
        onInput={(event) => onInput(event.currentTarget.value)}
      />
      <datalist id={`${id}-list`}>{paths.map((path) => <option key={path} value={path} />)}</datalist>
      {help ? <span class="help" id={`${id}-help`}>{help}</span> : null}
      {error ? <span class="error" id={`${id}-error`} role="alert">{error}</span> : null}
    </div>
  );
}

const optionParts = (option: Json): { value: string; label: string; key: string; help: string } => {
  const object = option !== null && typeof option === 'object' && !Array.isArray(option) ? option : { value: option };
  const part = (name: string): string => (typeof object[name] === 'string' ? (object[name] as string) : '');
  return { value: part('value'), label: part('label'), key: part('key'), help: part('help') };
};

/** As short as it can be said: a text where nothing but the value is given. */
function optionOf({ value, label, key, help }: ReturnType<typeof optionParts>): Json {
  if (!key && !help && (!label || label === value)) return value;
  return { value, label: label || value, ...(help ? { help } : {}), ...(key ? { key } : {}) };
}

function Options({ label, pointer, value, errors, onInput }: {
  label: string; pointer: string; value: Json | undefined; errors: Map<string, string>; onInput: (value: Json) => void;
}) {
  const w = t.make.form;
  const list = Array.isArray(value) ? value : [];
  const change = (at: number, part: Partial<ReturnType<typeof optionParts>>): void =>
    onInput(list.map((option, i) => (i === at ? optionOf({ ...optionParts(option), ...part }) : option)));
  return (
    <fieldset class="field stack tight" data-field={pointer}>
      <legend>{label}</legend>
      {list.map((option, i) => {
        const parts = optionParts(option);
        const at = `${pointer}/${i}`;
        const wrong = errors.get(at) ?? errors.get(`${at}/key`) ?? errors.get(`${at}/value`) ?? errors.get(`${at}/label`);
        // What is written into an option that was only a text is both its name in the data and what people read.
        const plain = typeof option === 'string';
        return (
          <div key={i} class="stack tight" data-field={at}>
            <div class="option-row">
              <input
                class="input" aria-label={w.optionLabel(i + 1)} placeholder={w.optionText} value={plain ? parts.value : parts.label} aria-invalid={wrong ? true : undefined}
                onInput={(e) => change(i, plain ? { value: e.currentTarget.value, label: '' } : { label: e.currentTarget.value })}
              />
              <input
                class="input" aria-label={w.optionValue(i + 1)} placeholder={w.optionStored} value={parts.value} aria-invalid={wrong ? true : undefined}
                onInput={(e) => change(i, { value: e.currentTarget.value, label: parts.label || parts.value })}
              />
              <input
                class="input option-key" aria-label={w.optionKey(i + 1)} placeholder={w.optionKeyShort} maxLength={1} value={parts.key}
                onInput={(e) => change(i, { key: e.currentTarget.value.toLowerCase() })}
              />
              <Button slim look="quiet" aria-label={w.optionRemove(i + 1)} onClick={() => onInput(list.filter((_, n) => n !== i))}>✕</Button>
            </div>
            {wrong ? <span class="bad small" role="alert">{wrong}</span> : null}
          </div>
        );
      })}
      <div><Button slim onClick={() => onInput([...list, ''])}>{w.optionAdd}</Button></div>
      {errors.get(pointer) ? <span class="error" role="alert">{errors.get(pointer)}</span> : null}
    </fieldset>
  );
}

function Texts({ label, help, value, error, onInput }: { label: string; help: string; value: Json | undefined; error: string | null; onInput: (value: Json) => void }) {
  const list = Array.isArray(value) ? value.filter((one): one is string => typeof one === 'string') : [];
  const [text, setText] = useState(list.join(', '));
  return (
    <TextField
      label={label} help={`${help} ${t.make.form.commas}`.trim()} value={text} error={error}
      onInput={(given) => {
        setText(given);
        onInput(given.split(',').map((one) => one.trim()).filter(Boolean));
      }}
    />
  );
}

/** An object that is a member: its own members, and what holds of them. */
function Parts({ label, help, member, place }: { label: string; help: string; member: Member; place: Place }) {
  const value = place.item[member.name];
  const object = value !== null && typeof value === 'object' && !Array.isArray(value) ? value : {};
  const pointer = `${place.pointer}/${member.name}`;
  const inner: Place = {
    ...place, pointer, item: { ...object, kind: member.name },
    onMember: (name, next) => {
      const { [name]: _, ...others } = object;
      const whole: JsonObject = next === undefined ? others : { ...others, [name]: next };
      place.onMember(member.name, isDefault(member, whole) ? undefined : whole);
    },
  };
  return (
    <fieldset class="field stack tight" data-field={pointer}>
      <legend>{label}</legend>
      {help ? <span class="help">{help}</span> : null}
      <div class="parts-row">{(member.parts ?? []).map((part) => <MemberField key={part.name} member={part} place={inner} />)}</div>
    </fieldset>
  );
}

function Choices({ label, pointer, kind, choices, value, onInput }: {
  label: string; pointer: string; kind: string; choices: string[]; value: Json | undefined; onInput: (value: Json) => void;
}) {
  const on = Array.isArray(value) ? value : [];
  return (
    <fieldset class="field stack tight" data-field={pointer}>
      <legend>{label}</legend>
      {choices.map((choice) => (
        <Check key={choice} label={words(kind, choice)[0]} value={on.includes(choice)} onInput={(is) => onInput(choices.filter((one) => (one === choice ? is : on.includes(one))))} />
      ))}
    </fieldset>
  );
}

export function MemberField({ member, place }: { member: Member; place: Place }) {
  const { item, errors, paths } = place;
  const [label, help] = words(String(item.kind), member.name);
  const pointer = `${place.pointer}/${member.name}`;
  const value = item[member.name];
  const error = errors.get(pointer) ?? null;
  const set = (next: Json | undefined): void => place.onMember(member.name, isDefault(member, next) ? undefined : next);
  const text = typeof value === 'string' ? value : '';
  const more = help ? { help } : {};
  switch (member.type) {
    case 'flag':
      return <div data-field={pointer}><Check label={label} value={(value ?? member.otherwise) === true} onInput={set} {...more} />{error ? <p class="bad small" role="alert">{error}</p> : null}</div>;
    case 'long':
      return <div data-field={pointer}><TextArea label={label} rows={2} value={text} error={error} onInput={set} {...more} /></div>;
    case 'whole':
    case 'number':
      return (
        <div data-field={pointer}>
          <NumberText label={label} help={help} value={value ?? member.otherwise} error={error} whole={member.type === 'whole'} onInput={set} />
        </div>
      );
    case 'pointer':
      return <div data-field={pointer}><PathField label={label} help={help} value={text} error={error} paths={paths} onInput={(v) => place.onMember(member.name, v === '' && !member.needed ? undefined : v)} /></div>;
    case 'texts':
      return <div data-field={pointer}><Texts label={label} help={help} value={value} error={error} onInput={set} /></div>;
    case 'options':
      return <Options label={label} pointer={pointer} value={value} errors={errors} onInput={(v) => place.onMember(member.name, Array.isArray(v) && v.length === 0 ? undefined : v)} />;
    case 'condition':
      return <ConditionField label={label} help={help} pointer={pointer} value={value} place={place} onInput={(v) => place.onMember(member.name, v)} />;
    case 'parts':
      return <Parts label={label} help={help} member={member} place={place} />;
    case 'choices':
      return <Choices label={label} pointer={pointer} kind={String(item.kind)} choices={member.choices ?? []} value={value} onInput={(v) => place.onMember(member.name, v)} />;
    case 'role':
      return <Select label={label} value={text} options={[['', t.common.none], ['user', t.make.form.roles.user], ['assistant', t.make.form.roles.assistant]]} onInput={set} {...more} />;
    default:
      return <div data-field={pointer}><TextField label={label} value={text} error={error} onInput={member.type === 'id' ? (v) => place.onMember(member.name, v || undefined) : set} {...more} /></div>;
  }
}
