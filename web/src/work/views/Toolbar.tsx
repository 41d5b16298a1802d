// How the task is shown: size, width, and for responses side by side what helps to compare them. Remembered in this browser.
import { t } from '../../strings';
import { Button } from '../../ui/Button';
import { Sign } from './Sign';
import { kSizes, kWidths, setPrefs, type Width } from './prefs';
import { usePrefs } from './usePrefs';

export function Toolbar({ compares, onSearch }: { compares: boolean; onSearch: () => void }) {
  const prefs = usePrefs();
  const w = t.reading;
  return (
    <div class="read-bar" role="toolbar" aria-label={w.toolbar}>
      {compares ? (
        <span class="row tight-row">
          <Button slim look="quiet" pressed={prefs.sync} class="wide-only" onClick={() => setPrefs({ sync: !prefs.sync })}>{w.sync}</Button>
          <Button slim look="quiet" pressed={prefs.diff} onClick={() => setPrefs({ diff: !prefs.diff })}>{w.diff}</Button>
          <Button slim look="quiet" pressed={prefs.fold} onClick={() => setPrefs({ fold: !prefs.fold })}>{w.fold}</Button>
        </span>
      ) : null}
      <span class="row tight-row read-look">
        <Button slim look="quiet" hint="." onClick={onSearch}>{w.searchHint}</Button>
        <select
          class="input slim wide-only" aria-label={w.width} value={prefs.width}
          onChange={(e) => setPrefs({ width: e.currentTarget.value as Width })}
        >
          {kWidths.map((width) => <option key={width} value={width}>{w.widths[width]}</option>)}
        </select>
        <Button slim look="quiet" disabled={prefs.size === 0} onClick={() => setPrefs({ size: prefs.size - 1 })}><Sign name={w.smaller}>A−</Sign></Button>
        <Button slim look="quiet" disabled={prefs.size === kSizes.length - 1} onClick={() => setPrefs({ size: prefs.size + 1 })}><Sign name={w.larger}>A+</Sign></Button>
      </span>
    </div>
  );
}
