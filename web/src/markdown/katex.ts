import katex from 'katex';

/** A formula that does not read stays as it was typed. `trust: false`: no links, classes or styles from a formula. */
export function renderTeX(tex: string, into: HTMLElement, block: boolean): void {
  try {
    katex.render(tex, into, {
      output: 'mathml', displayMode: block, throwOnError: true, trust: false, maxExpand: 200, maxSize: 20, strict: 'ignore',
    });
  } catch {
    into.replaceChildren();
    const code = document.createElement('code');
    code.textContent = tex;
    into.append(code);
  }
}
