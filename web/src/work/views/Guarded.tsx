// A part that cannot be drawn never takes the page with it, and a part that has not changed is not drawn again.
import { Component, type ComponentChildren, type FunctionComponent } from 'preact';

export class Guarded extends Component<{ of: unknown; otherwise: () => ComponentChildren; children: ComponentChildren }, { failed: unknown }> {
  override state = { failed: undefined as unknown };
  override componentDidCatch(): void {
    this.setState({ failed: this.props.of });
  }
  override render() {
    const { of, otherwise, children } = this.props;
    return this.state.failed !== undefined && this.state.failed === of ? otherwise() : children;
  }
}

/** Draws again only when a property is another one: pressing a key in a task of 500 messages draws none of them. */
export function steady<P extends object>(Inner: FunctionComponent<P>): FunctionComponent<P> {
  class Steady extends Component<P> {
    override shouldComponentUpdate(next: Readonly<P>): boolean {
      const [a, b] = [this.props as Record<string, unknown>, next as Record<string, unknown>];
      const names = new Set([...Object.keys(a), ...Object.keys(b)]);
      return [...names].some((name) => name !== 'children' && a[name] !== b[name]);
    }
    override render() {
      return <Inner {...(this.props as P)} />;
    }
  }
  return Steady as unknown as FunctionComponent<P>;
}
