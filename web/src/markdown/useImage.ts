// An image is looked at from outside before it is decoded: how large it is and whether it is one.
import { useEffect, useState } from 'preact/hooks';
import { carriedBytes, imageSize, isHuge, type ImageSize } from './imageHead';

const kHeadBytes = 65_535;

export interface FileHead {
  type: string;
  bytes: Uint8Array;
}

/** The beginning of a file of this server: what it is called and its first bytes. */
export async function fileHead(source: string): Promise<FileHead> {
  const reply = await fetch(source, { headers: { Range: `bytes=0-${kHeadBytes}` }, cache: 'no-store' });
  if (!reply.ok) throw new Error(`status ${reply.status}`);
  const type = reply.headers.get('Content-Type') ?? '';
  const reader = reply.body?.getReader();
  const first = await reader?.read();
  await reader?.cancel();
  return { type, bytes: first?.value ?? new Uint8Array() };
}

export type ImageState = { kind: 'loading' | 'broken' } | { kind: 'huge' | 'fine'; size: ImageSize | null };

export function useImage(source: string): ImageState {
  const [state, setState] = useState<ImageState>({ kind: 'loading' });
  useEffect(() => {
    let current = true;
    const settle = (bytes: Uint8Array): void => {
      const size = imageSize(bytes);
      if (current) setState({ kind: isHuge(size) ? 'huge' : 'fine', size });
    };
    setState({ kind: 'loading' });
    if (source.startsWith('data:')) settle(carriedBytes(source));
    else fileHead(source).then((head) => settle(head.bytes), () => current && setState({ kind: 'broken' }));
    return () => {
      current = false;
    };
  }, [source]);
  return state;
}
