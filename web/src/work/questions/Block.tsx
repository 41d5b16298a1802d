// One question with its frame: label, help, error, "does not apply", and the control of its kind.
import type { ComponentChildren } from 'preact';
import { Markdown } from '../../markdown/Markdown';
import { t } from '../../strings';
import { Check } from '../../ui/Field';
import { setAnswer } from '../answers';
import { Options, Rank, Rubric, Steps } from './choices';
import { SpansQuestion } from './SpansQuestion';
import { Files, Group, Lines, Numeric, Text } from './texts';
import type { QuestionProps } from './types';
import { optionsOf } from '../form';

function control(props: QuestionProps): ComponentChildren {
  switch (props.question.kind) {
    case 'compare':
    case 'one':
    case 'many':
    case 'rating':
      return <Options {...props} />;
    case 'rubric':
      return <Rubric {...props} />;
    case 'steps':
      return <Steps {...props} />;
    case 'rank':
      return <Rank {...props} />;
    case 'spans':
      return <SpansQuestion {...props} />;
    case 'text':
      return props.question.list ? <Lines {...props} /> : <Text {...props} />;
    case 'number':
      return <Numeric {...props} />;
    case 'file':
      return <Files {...props} />;
    case 'group':
      return <Group {...props} />;
    default:
      return <p class="bad">{t.work.unknownForm}</p>;
  }
}

/** Inside a group no keys are given out, but the buttons are the same. */
function withoutKeys(props: QuestionProps): QuestionProps {
  const { question, data } = props;
  if (props.slots.length > 0) return props;
  if (question.kind === 'one' || question.kind === 'many') {
    return { ...props, slots: optionsOf(question, data).map((o) => ({ part: 'main', value: o.value, label: o.label, key: '' })) };
  }
  if (question.kind === 'rating') {
    const [min, max] = [question.min ?? 1, question.max ?? 5];
    return { ...props, slots: Array.from({ length: max - min + 1 }, (_, i) => ({ part: 'main', value: min + i, label: String(min + i), key: '' })) };
  }
  return props;
}

export function Block(props: QuestionProps & { nested?: boolean }) {
  const { question, answers, error, nested, readOnly } = props;
  const inner = nested
    ? {
        ...withoutKeys(props),
        onSlot: (slot: { value: string | number | boolean | null }) => {
          const old = answers[question.id];
          const list = Array.isArray(old) ? old : [];
          const next = question.kind !== 'many' ? slot.value : list.includes(slot.value) ? list.filter((v) => v !== slot.value) : [...list, slot.value];
          props.onChange(setAnswer(answers, question.id, next));
        },
      }
    : props;
  const isNull = answers[question.id] === null;
  return (
    <fieldset class={`${nested ? 'field' : 'question'}${error ? ' missing' : ''}`} id={nested ? undefined : `q-${question.id}`}>
      <legend>
        {question.label}
        {question.required || readOnly ? null : <span class="soft small"> ({t.common.optional})</span>}
      </legend>
      {question.help ? <div class="help"><Markdown text={question.help} /></div> : null}
      {isNull ? null : control(inner)}
      {question.na && !readOnly ? (
        <Check label={t.work.na} value={isNull} onInput={(on) => props.onChange(setAnswer(answers, question.id, on ? null : undefined))} />
      ) : isNull ? <p class="soft">{t.work.na}</p> : null}
      {error ? <span class="bad small" role="alert">{error}</span> : null}
    </fieldset>
  );
}
