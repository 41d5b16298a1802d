// Making a project, step by step. The project is there from the first step on, in preparation, so nothing is lost on the way;
// each step saves what it holds when it is left, in whatever direction.
import { useMemo, useRef } from 'preact/hooks';
import type { ComponentChildren } from 'preact';
import { api, type Project } from '../api';
import { heldFor } from '../imports/held';
import css from '../style/make.lazy.css';
import { t } from '../strings/make';
import { adoptStyle } from '../ui/adopt';
import { Button } from '../ui/Button';
import { useAction, useLoad, useTitle } from '../ui/hooks';
import { go, href, useRoute } from '../ui/route';
import { ErrorCard, Load } from '../ui/States';
import { DataStep } from './new/data';
import { FinishStep } from './new/finish';
import { FormStep } from './new/formStep';
import { MatchStep } from './new/match';
import { SettingsStep } from './new/settingsStep';
import { isStep, kSteps, neighbour, stepsFor, type Step } from './new/steps';
import { WorkStep } from './new/work';
import { formsOf } from './project/import';

adoptStyle(css);

export interface StepProps {
  project: Project;
  form: unknown;
  base: unknown;
  onProject: (project: Project) => void;
  onForm: (form: unknown) => void;
}

export const kNothingToSave = (): Promise<boolean> => Promise.resolve(true);

/** Whether there are records that have to be matched. Until a file is chosen the step is offered: most projects have one. */
function matches(project: string): boolean {
  const held = heldFor(project);
  return held === null || (!held.look.own && !held.look.problem);
}

/** `save`: false where something has to be mended first; it has put the cursor there. */
export function Frame({ step, project, save, next, blocked, onNext, children }: {
  step: Step; project: string | null; save: () => Promise<boolean>; next?: string; blocked?: boolean; onNext?: () => Promise<void>; children: ComponentChildren;
}) {
  const action = useAction();
  const w = t.make.wizard;
  const open = project !== null;
  const matching = open && matches(project);
  const before = neighbour(step, -1, matching);
  const after = neighbour(step, 1, matching);
  const to = (target: Step): void => {
    void action.run(async () => {
      if (await save()) go('new', project ?? '', target);
    });
  };
  useTitle(w.steps[step], t.projects.newTitle);
  return (
    <>
      <div class="page-head">
        <div class="titles"><h1>{t.projects.newTitle}</h1></div>
        {open ? <Button look="quiet" onClick={() => void action.run(async () => {
          if (await save()) go('projects', project);
        })}>{w.later}</Button> : null}
      </div>
      <nav aria-label={w.progress}>
        <ol class="steps-bar">
          {(open ? stepsFor(matching) : kSteps).map((name) => (
            <li key={name}>
              {name === step || !open ? <span class="step-link" aria-current={name === step ? 'step' : undefined}><span class="step-name">{w.steps[name]}</span></span> : (
                <a
                  class="step-link" href={href('new', project, name)}
                  onClick={(event) => {
                    event.preventDefault();
                    to(name);
                  }}
                >
                  <span class="step-name">{w.steps[name]}</span>
                </a>
              )}
            </li>
          ))}
        </ol>
      </nav>
      {children}
      {action.problem ? <ErrorCard problem={action.problem} /> : null}
      <div class="wizard-foot">
        {before && open ? <Button onClick={() => to(before)}>{t.common.back}</Button> : <span />}
        {after || onNext ? (
          <Button
            look="primary" busy={action.busy} disabled={blocked} data-next
            onClick={() => (onNext ? void action.run(onNext) : after ? to(after) : undefined)}
          >
            {next ?? (after ? w.next(w.steps[after]) : '')}
          </Button>
        ) : null}
      </div>
    </>
  );
}

export function NewProjectPage() {
  const [, id, step] = useRoute();
  if (!id) return <WorkStep project={null} form={null} />;
  return <Loaded key={id} id={id} step={isStep(step) ? step : 'data'} />;
}

function Loaded({ id, step }: { id: string; step: Step }) {
  const both = useLoad(() => Promise.all([api.project(id), formsOf(id)]), [id]);
  // Project and form may change one right after the other: each keeps what the other has become.
  const latest = useRef(both.data);
  latest.current = both.data;
  const put = (project: Project, form: unknown, base: unknown): void => {
    latest.current = [project, { form, base }];
    both.set(latest.current);
  };
  return (
    <Load of={both}>
      {([project, forms]) => (
        <OneStep
          step={step} project={project} form={forms.form} base={forms.base}
          onProject={(next) => put(next, latest.current?.[1].form, forms.base)} onForm={(form) => put(latest.current?.[0] ?? project, form, forms.base)}
        />
      )}
    </Load>
  );
}

function OneStep({ step, ...props }: StepProps & { step: Step }) {
  // The same value as long as nothing changed, so that previews do not start over.
  const stable = useMemo(() => props.form, [JSON.stringify(props.form)]);
  const given = { ...props, form: stable };
  switch (step) {
    case 'work': return <WorkStep project={given.project} form={given.form} />;
    case 'data': return <DataStep {...given} />;
    case 'match': return <MatchStep {...given} />;
    case 'form': return <FormStep {...given} />;
    case 'settings': return <SettingsStep {...given} />;
    case 'start': return <FinishStep {...given} />;
  }
}
