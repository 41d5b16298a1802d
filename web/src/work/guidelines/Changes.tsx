// What changed between two versions, line by line; long stretches that stayed the same are folded.
import { api, type DiffLine } from '../../api';
import { t } from '../../strings';
import { useLoad } from '../../ui/hooks';
import { Load } from '../../ui/States';

const kContext = 2;

export type DiffPart = DiffLine | { op: 'fold'; count: number };

/** Leaves `kContext` lines around every change; a fold stands for at least two lines. Pure. */
export function folded(lines: DiffLine[]): DiffPart[] {
  const keep = lines.map((_, i) => lines.slice(Math.max(0, i - kContext), i + kContext + 1).some((near) => near.op !== '='));
  const out: DiffPart[] = [];
  for (let i = 0; i < lines.length;) {
    const line = lines[i] as DiffLine;
    let end = i;
    while (end < lines.length && !keep[end]) end++;
    if (end - i >= 2) {
      out.push({ op: 'fold', count: end - i });
      i = end;
    } else {
      out.push(line);
      i++;
    }
  }
  return out;
}

export function Changes({ project, from, to }: { project: string; from: number; to: number }) {
  const diff = useLoad(() => api.guidelinesDiff(project, to, from), [project, from, to]);
  return (
    <Load of={diff}>
      {(data) => data.lines.every((line) => line.op === '=') ? <p class="soft">{t.guide.unchanged}</p> : (
        <div class="diff">
          {folded(data.lines).map((line, i) => line.op === 'fold'
            ? <div key={i} class="fold-line"><span /><span>{t.guide.sameLines(line.count)}</span></div>
            : (
              <div key={i} class={line.op === '+' ? 'add' : line.op === '-' ? 'del' : ''} dir="auto">
                <span>{line.op === '=' ? '' : line.op}</span><span>{line.text}</span>
              </div>
            ))}
        </div>
      )}
    </Load>
  );
}
