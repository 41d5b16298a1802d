// One whole and its parts, for a glance. The words and figures stand beside it as stats with the same swatch.
export interface Part {
  id: string;
  value: number;
}

export function StackBar({ parts, total }: { parts: Part[]; total: number }) {
  const whole = Math.max(total, parts.reduce((sum, p) => sum + p.value, 0), 1);
  return (
    <div class="bar tall" aria-hidden="true">
      {parts.filter((p) => p.value > 0).map((p) => <span key={p.id} class={`part ${p.id}`} style={{ width: `${(p.value / whole) * 100}%` }} />)}
    </div>
  );
}
