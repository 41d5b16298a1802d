// One question with its frame: label, help, error, "does not apply", and the control of its kind. It is drawn anew only when
// something of its own changes, so that a key press costs little however long the form is.
import { Component, type ComponentChildren } from 'preact';
import { Markdown } from '../../markdown/Markdown';
import { t } from '../../strings';
import { Key } from '../../ui/Button';
import { lazy } from '../../ui/lazy';
import { toggleNa } from '../answers';
import { PlaceContext, type TalkPlace } from '../talk/place';
import { Options } from './Options';
import { slotFor, SlotButton, SlotKey } from './parts';
import { Text } from './Text';
import type { QuestionProps } from './types';

// What only some forms need is fetched with the first task that has it.
const Rubric = lazy<QuestionProps>(() => import('../../chunks/kinds').then((m) => m.Rubric));
const Steps = lazy<QuestionProps>(() => import('../../chunks/kinds').then((m) => m.Steps));
const Lines = lazy<QuestionProps>(() => import('../../chunks/kinds').then((m) => m.Lines));
const Numeric = lazy<QuestionProps>(() => import('../../chunks/kinds').then((m) => m.Numeric));
const Group = lazy<QuestionProps>(() => import('../../chunks/kinds').then((m) => m.Group));
const Rank = lazy<QuestionProps>(() => import('../../chunks/kinds').then((m) => m.Rank));
const Files = lazy<QuestionProps>(() => import('../../chunks/kinds').then((m) => m.Files));
const SpansQuestion = lazy<QuestionProps>(() => import('../../chunks/kinds').then((m) => m.SpansQuestion));
const BoxesQuestion = lazy<QuestionProps>(() => import('../../chunks/kinds').then((m) => m.BoxesQuestion));
const SegmentsQuestion = lazy<QuestionProps>(() => import('../../chunks/kinds').then((m) => m.SegmentsQuestion));

const TalkQuestion = lazy<QuestionProps & { place: TalkPlace | null }>(() => import('../../chunks/talk').then((m) => m.TalkQuestion));

function control(props: QuestionProps, errorId: string | undefined): ComponentChildren {
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
    case 'boxes':
      return <BoxesQuestion {...props} />;
    case 'segments':
      return <SegmentsQuestion {...props} />;
    case 'text':
      return props.question.list ? <Lines {...props} /> : <Text {...props} {...(errorId ? { errorId } : {})} />;
    case 'number':
      return <Numeric {...props} />;
    case 'file':
      return <Files {...props} />;
    case 'dialogue':
      return <PlaceContext.Consumer>{(place) => <TalkQuestion {...props} place={place} />}</PlaceContext.Consumer>;
    case 'group':
      return <Group {...props} />;
    default:
      return <p class="bad">{t.work.unknownForm}</p>;
  }
}

export type BlockProps = QuestionProps & { nested?: boolean };
const kCompared = ['question', 'data', 'order', 'slots', 'row', 'readOnly', 'error', 'project', 'leader', 'unfolded', 'nested'] as const;

export class Block extends Component<BlockProps> {
  override shouldComponentUpdate(next: BlockProps): boolean {
    const { question, answers } = this.props;
    return kCompared.some((name) => this.props[name] !== next[name]) || answers[question.id] !== next.answers[question.id] ||
      (question.strength > 0 && answers[question.strength_id] !== next.answers[question.strength_id]);
  }

  override render() {
    const props = this.props;
    const { question, answers, error, nested, readOnly, slots, leader } = props;
    const isNull = answers[question.id] === null && question.na;
    const na = slotFor(slots, 'na') ?? { part: 'na' as const, value: null, label: t.answering.na, key: '' };
    const go = slotFor(slots, 'go');
    const errorId = error ? `e-${question.id}` : undefined;
    return (
      <fieldset
        class={`${nested ? 'field' : 'question'}${error ? ' missing' : ''}`} id={nested ? undefined : `q-${question.id}`}
        data-kind={question.kind} aria-describedby={errorId}
      >
        <legend>
          <span dir="auto">{question.label}</span>
          {question.required || readOnly ? null : <span class="soft small"> ({t.common.optional})</span>}
          {readOnly || nested ? null : go?.key ? <>{' '}<SlotKey slot={go} leader={leader} /></> : props.ownKey ? <>{' '}<Key name={props.ownKey} /></> : null}
        </legend>
        {question.help ? <div class="help" dir="auto"><Markdown text={question.help} /></div> : null}
        {isNull ? null : control(props, errorId)}
        {question.na && !readOnly ? (
          <div>
            <SlotButton slot={na} slim pressed={isNull} leader={leader} onPress={() => props.update((all) => toggleNa(question, all))} />
          </div>
        ) : isNull ? <p class="soft">{t.answering.na}</p> : null}
        {error ? <p class="bad small mend" role="alert" id={errorId}>{error}</p> : null}
      </fieldset>
    );
  }
}
