// A page that is fetched when it is first opened: an expert never loads what only managers use. What fails to load says so
// and can be asked for again; a page that is open already is not touched.
import type { ComponentChildren, ComponentType, VNode } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { asProblem, type Problem } from '../api';
import { ErrorCard, Skeleton } from './States';

export interface LazyComponent<P> {
  (props: P): VNode;
  /** Fetches it before it is wanted, so that it then opens at once, also without a connection. */
  ahead: () => void;
}

/** `waiting`: what stands there meanwhile; nothing for a dialog. */
export function lazy<P extends object>(
  load: () => Promise<ComponentType<P>>, waiting: () => ComponentChildren = () => <Skeleton lines={4} />,
): LazyComponent<P> {
  let loaded: ComponentType<P> | null = null;
  const fetchIt = async (): Promise<ComponentType<P>> => (loaded = await load());
  function Lazy(props: P) {
    const [Page, setPage] = useState<ComponentType<P> | null>(() => loaded);
    const [problem, setProblem] = useState<Problem | null>(null);
    const [round, setRound] = useState(0);
    useEffect(() => {
      if (Page) return;
      let here = true;
      setProblem(null);
      fetchIt().then(
        (found) => here && setPage(() => found),
        (error: unknown) => here && setProblem(asProblem(error)),
      );
      return () => {
        here = false;
      };
    }, [round]);
    if (Page) return <Page {...props} />;
    return problem ? <ErrorCard problem={problem} onRetry={() => setRound(round + 1)} /> : <>{waiting()}</>;
  }
  Lazy.ahead = () => void fetchIt().catch(() => undefined);
  return Lazy;
}
