// Which field of the file fills which place of the form.
import { useId } from 'preact/hooks';
import { canBeGold, isFilled, kNoRule, mapsNothing, unfilled, type Mapping, type Read, type Rule } from '../../imports/mapping';
import type { Field } from '../../imports/source';
import { kLists, type Target } from '../../imports/targets';
import { t } from '../../strings/make';
import { Button } from '../../ui/Button';
import { Check, TextArea, TextField } from '../../ui/Field';
import { Pill } from '../../ui/States';
import type { Setup } from './importSetup';

/** A list of the file's fields; '' is none. */
function FieldPick({ label, fields, value, onInput, constant, none }: {
  label: string; fields: Field[]; value: string; onInput: (value: string) => void; constant?: boolean; none?: string;
}) {
  return (
    <select class="input" aria-label={label} value={value} onChange={(event) => onInput(event.currentTarget.value)}>
      <option value="">{none ?? t.make.map.choose}</option>
      {constant ? <option value="=">{t.make.map.constant}</option> : null}
      {fields.map((field) => <option key={field.path} value={field.path}>{field.name}</option>)}
    </select>
  );
}

const sampleOf = (rule: Rule, fields: Field[]): string =>
  rule.paths.map((path) => fields.find((field) => field.path === path)?.sample ?? '').filter(Boolean).join(' · ').replace(/\s+/g, ' ').slice(0, 160);

function RuleRow({ target, rule, fields, constant, onRule, onConstant }: {
  target: Target; rule: Rule; fields: Field[]; constant: boolean; onRule: (rule: Rule) => void; onConstant: (on: boolean) => void;
}) {
  const m = t.make.map;
  const list = kLists.includes(target.shape);
  const set = (paths: string[]): void => onRule({ ...rule, paths, constant: '', models: rule.models.length === paths.length ? rule.models : [] });
  const slots = rule.paths.length > 0 ? rule.paths : [''];
  const filled = isFilled(rule);
  const sample = sampleOf(rule, fields);
  // Only where there is something to decide: a list in one field, or text that may be JSON.
  const readable = !constant && rule.paths.length === 1 && target.shape !== 'file' && (list || rule.read !== 'text' || /^[[{]/.test(sample));
  return (
    <div class="map-row" data-target={target.to} data-filled={filled}>
      <div class="stack tight">
        <span class="row"><strong dir="auto">{target.label}</strong>
          {target.required ? <Pill tone={filled ? undefined : 'bad'}>{filled ? m.needed : m.missing}</Pill> : <span class="soft small">({t.common.optional})</span>}
        </span>
        <span class="soft small">{m.shapes[target.shape]}{target.least > 1 ? `, ${m.least(target.least)}` : ''} <code>{target.to}</code></span>
      </div>
      <div class="stack tight">
        {slots.map((path, i) => (
          <span key={i} class="map-pick">
            <FieldPick
              label={m.from(target.label)} fields={fields} value={constant ? '=' : path} constant={i === 0 && slots.length === 1}
              onInput={(value) => {
                if (value === '=' || (value === '' && constant)) onConstant(value === '=');
                else set(value ? slots.map((old, n) => (n === i ? value : old)).filter(Boolean) : rule.paths.filter((_, n) => n !== i));
              }}
            />
            {slots.length > 1 ? <Button slim look="quiet" aria-label={m.drop(path.slice(1))} onClick={() => set(rule.paths.filter((_, n) => n !== i))}>✕</Button> : null}
          </span>
        ))}
        {constant ? <TextArea label={m.constantFor(target.label)} rows={2} value={rule.constant} onInput={(text) => onRule({ ...rule, paths: [], constant: text })} /> : null}
        {list && rule.paths.length > 0 ? (
          <FieldPick label={m.add} none={`+ ${m.add}`} fields={fields.filter((f) => !rule.paths.includes(f.path))} value="" onInput={(value) => value && set([...rule.paths, value])} />
        ) : null}
        {readable ? (
          <select class="input" aria-label={m.read(target.label)} value={rule.read} onChange={(e) => onRule({ ...rule, read: e.currentTarget.value as Read })}>
            {(['text', 'json', ...(list ? ['lines'] : [])] as Read[]).map((read) => <option key={read} value={read}>{m.reads[read]}</option>)}
          </select>
        ) : null}
        {target.shape === 'responses' && rule.paths.length > 1 ? <Models rule={rule} fields={fields} onRule={onRule} /> : null}
        {sample ? <span class="soft small map-sample" dir="auto">{m.example(sample)}</span> : null}
      </div>
    </div>
  );
}

function Models({ rule, fields, onRule }: { rule: Rule; fields: Field[]; onRule: (rule: Rule) => void }) {
  return (
    <details>
      <summary class="small">{t.make.map.models}</summary>
      <div class="stack tight fold">
        {rule.paths.map((path, i) => (
          <FieldPick
            key={path} label={`${t.make.map.models}: ${path.slice(1)}`} fields={fields} value={rule.models[i] ?? ''}
            onInput={(value) => onRule({ ...rule, models: rule.paths.map((_, n) => (n === i ? value : rule.models[n] ?? '')) })}
          />
        ))}
      </div>
    </details>
  );
}

function Labelled({ label, help, fields, value, onInput }: {
  label: string; help?: string; fields: Field[]; value: string | null; onInput: (value: string | null) => void;
}) {
  const id = useId();
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <select id={id} class="input" value={value ?? ''} aria-describedby={help ? `${id}-help` : undefined} onChange={(e) => onInput(e.currentTarget.value || null)}>
        <option value="">{t.make.map.none}</option>
        {fields.map((field) => <option key={field.path} value={field.path}>{field.name}</option>)}
      </select>
      {help ? <span class="help" id={`${id}-help`}>{help}</span> : null}
    </div>
  );
}

function More({ mapping, fields, setup, onChange }: { mapping: Mapping; fields: Field[]; setup: Setup; onChange: (mapping: Mapping) => void }) {
  const m = t.make.map;
  const form = setup.plan?.form;
  const golds = form?.questions.filter(canBeGold) ?? [];
  const set = (change: Partial<Mapping>): void => onChange({ ...mapping, ...change });
  return (
    <details class="stack" data-map-more>
      <summary>{m.more}</summary>
      <div class="stack fold">
        <div class="grid-2">
          <Labelled label={m.key} help={m.keyHelp} fields={fields} value={mapping.key} onInput={(key) => set({ key })} />
          <Labelled label={m.priority} fields={fields} value={mapping.priority} onInput={(priority) => set({ priority })} />
          <Labelled label={m.batch} help={m.batchHelp} fields={fields} value={mapping.batch} onInput={(batch) => set({ batch })} />
          {mapping.batch ? null : <TextField label={m.batchName} optional value={mapping.batchName} maxLength={200} onInput={(batchName) => set({ batchName })} />}
          {setup.targets.some((target) => kLists.includes(target.shape))
            ? <Labelled label={m.group} help={m.groupHelp} fields={fields} value={mapping.group} onInput={(group) => set({ group })} /> : null}
        </div>
        {golds.length > 0 ? (
          <>
            <h3>{m.goldTitle}</h3>
            <p class="soft small">{m.goldHelp}</p>
            <div class="grid-2">
              {golds.map((question) => (
                <Labelled
                  key={question.id} label={m.gold(question.label)} fields={fields} value={mapping.gold[question.id] ?? null}
                  onInput={(path) => {
                    const { [question.id]: _, ...others } = mapping.gold;
                    set({ gold: path ? { ...others, [question.id]: path } : others });
                  }}
                />
              ))}
              <Labelled label={m.goldReason} fields={fields} value={mapping.goldReason} onInput={(goldReason) => set({ goldReason })} />
            </div>
          </>
        ) : null}
        <Check label={m.rest} help={m.restHelp} value={mapping.rest} onInput={(rest) => set({ rest })} />
      </div>
    </details>
  );
}

export function MappingForm({ setup }: { setup: Setup }) {
  const { held, plan, targets } = setup;
  const m = t.make.map;
  if (!held || !plan || held.look.own) return null;
  const { mapping } = plan;
  const { fields } = held.look;
  const open = unfilled(targets, mapping);
  const setRule = (to: string, rule: Rule): void => setup.setMapping({ ...mapping, rules: { ...mapping.rules, [to]: rule } });
  return (
    <div class="stack">
      <p class="soft">{m.help}</p>
      {targets.length === 0 ? <p class="warn">{m.noTargets}</p> : null}
      <div class="map">
        {targets.map((target) => {
          const rule = mapping.rules[target.to] ?? kNoRule;
          // A blank stands for a constant that is being written.
          const constant = rule.paths.length === 0 && rule.constant !== '';
          return (
            <RuleRow
              key={target.to} target={target} rule={{ ...rule, constant: rule.constant.trim() === '' ? '' : rule.constant }} fields={fields} constant={constant}
              onRule={(next) => setRule(target.to, constant && next.paths.length === 0 && next.constant === '' ? { ...next, constant: ' ' } : next)}
              onConstant={(on) => setRule(target.to, { ...rule, paths: [], constant: on ? ' ' : '' })}
            />
          );
        })}
      </div>
      <div role="status" data-map-state={mapsNothing(mapping) && targets.length > 0 ? 'nothing' : open.length > 0 ? 'open' : 'whole'}>
        {targets.length > 0 && mapsNothing(mapping) ? <p class="bad">{m.nothing}</p>
          : open.length > 0 ? <p class="bad">{m.unfilled(open.map((target) => target.label).join(', '))}</p>
            : targets.length > 0 ? <p class="good">{m.whole}</p> : null}
      </div>
      <More mapping={mapping} fields={fields} setup={setup} onChange={setup.setMapping} />
    </div>
  );
}

/** Whether an import may start: something needed is there for every task. */
export function isMapped(setup: Setup): boolean {
  const { held, plan, targets } = setup;
  if (!held || !plan) return false;
  return held.look.own || (unfilled(targets, plan.mapping).length === 0 && (targets.length === 0 || !mapsNothing(plan.mapping)));
}
