import type { JsonObject } from '../../api/types';
import { Code } from '../../markdown/Code';
import { t } from '../../strings';
import { pretty } from '../views/messages';

/** What a form cannot show, as it came: never a blank page. */
export function Raw({ data, why }: { data: JsonObject; why: string }) {
  return (
    <section class="pane" aria-label={t.answering.openTask}>
      <div class="pane-body stack tight">
        <p class="warn" role="alert">{why}</p>
        <Code text={pretty(data)} language="json" />
      </div>
    </section>
  );
}
