// How large an image will be once it is decoded, from the first bytes of its file: a few kilobytes can hold an image that takes
// all of a browser's memory.

export interface ImageSize {
  width: number;
  height: number;
}

/** Above this many pixels a person is asked first. */
export const kMostPixels = 40_000_000;
export const isHuge = (size: ImageSize | null): boolean => size !== null && size.width * size.height > kMostPixels;

const text = (bytes: Uint8Array, at: number, length: number): string => String.fromCharCode(...bytes.subarray(at, at + length));

function jpeg(view: DataView): ImageSize | null {
  let at = 2;
  while (at + 9 < view.byteLength) {
    if (view.getUint8(at) !== 0xff) return null;
    const mark = view.getUint8(at + 1);
    const isFrame = mark >= 0xc0 && mark <= 0xcf && mark !== 0xc4 && mark !== 0xc8 && mark !== 0xcc;
    if (isFrame) return { height: view.getUint16(at + 5), width: view.getUint16(at + 7) };
    if (mark === 0xff) at++;
    else at += 2 + view.getUint16(at + 2);
  }
  return null;
}

function webp(bytes: Uint8Array, view: DataView): ImageSize | null {
  const kind = text(bytes, 12, 4);
  const u24 = (at: number): number => view.getUint16(at, true) + view.getUint8(at + 2) * 65536;
  if (kind === 'VP8X') return { width: u24(24) + 1, height: u24(27) + 1 };
  if (kind === 'VP8 ') return { width: view.getUint16(26, true) & 0x3fff, height: view.getUint16(28, true) & 0x3fff };
  if (kind !== 'VP8L') return null;
  const bits = view.getUint32(21, true);
  return { width: (bits & 0x3fff) + 1, height: ((bits >>> 14) & 0x3fff) + 1 };
}

/** Null where the bytes are of no image that we know: the browser may know it, or says that it is broken. */
export function imageSize(bytes: Uint8Array): ImageSize | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  try {
    if (text(bytes, 1, 3) === 'PNG') return { width: view.getUint32(16), height: view.getUint32(20) };
    if (text(bytes, 0, 3) === 'GIF') return { width: view.getUint16(6, true), height: view.getUint16(8, true) };
    if (view.getUint16(0) === 0xffd8) return jpeg(view);
    if (text(bytes, 0, 4) === 'RIFF' && text(bytes, 8, 4) === 'WEBP') return webp(bytes, view);
    if (text(bytes, 0, 2) === 'BM') return { width: Math.abs(view.getInt32(18, true)), height: Math.abs(view.getInt32(22, true)) };
    return null;
  } catch {
    return null;
  }
}

/** The first bytes of an image that a text carries in itself. */
export function carriedBytes(source: string): Uint8Array {
  const body = source.slice(source.indexOf(',') + 1, 90_000).replace(/\s/g, '');
  try {
    return Uint8Array.from(atob(body.slice(0, body.length - (body.length % 4))), (c) => c.charCodeAt(0));
  } catch {
    return new Uint8Array();
  }
}
