// A native player with what its own controls lack: playing just a stretch, a playhead that is moved without drawing the page
// anew, and a picture of the sound.
import { useEffect, useRef, useState } from 'preact/hooks';
import { peaksOf } from '../segments';

/** More is not decoded for a picture: it would cost more memory than it is worth. */
const kMostDecoded = 24 << 20;
const kRate = 8000;
const kPeaks = 600;

export interface Player {
  media: { current: HTMLVideoElement | null };
  head: { current: HTMLElement | null };
  lengthMs: number;
  hasPicture: boolean;
  failed: boolean;
  nowMs: () => number;
  seek: (ms: number) => void;
  toggle: () => void;
  playFromTo: (startMs: number, endMs: number) => void;
}

export function usePlayer(source: string): Player {
  const media = useRef<HTMLVideoElement>(null);
  const head = useRef<HTMLElement>(null);
  const until = useRef<number | null>(null);
  const [lengthMs, setLengthMs] = useState(0);
  const [hasPicture, setPicture] = useState(false);
  const [failed, setFailed] = useState(false);
  const nowMs = (): number => Math.round((media.current?.currentTime ?? 0) * 1000);
  useEffect(() => {
    const player = media.current;
    if (!player) return;
    let frame = 0;
    const draw = (): void => {
      if (until.current !== null && player.currentTime * 1000 >= until.current) {
        until.current = null;
        player.pause();
      }
      if (head.current && Number.isFinite(player.duration)) head.current.style.left = `${(100 * player.currentTime) / player.duration}%`;
      cancelAnimationFrame(frame);
      if (!player.paused) frame = requestAnimationFrame(draw);
    };
    const know = (): void => {
      setPicture(player.videoWidth > 0);
      // A recording whose length nobody wrote down: going to its end finds it.
      if (player.duration === Infinity) player.currentTime = 1e7;
      else if (Number.isFinite(player.duration)) setLengthMs(player.duration * 1000);
    };
    const lengthen = (): void => {
      if (!Number.isFinite(player.duration)) return;
      if (player.currentTime >= player.duration) player.currentTime = 0;
      know();
    };
    const fail = (): void => setFailed(true);
    const events: [string, () => void][] = [
      ['loadedmetadata', know], ['durationchange', lengthen], ['play', draw], ['timeupdate', draw], ['seeked', draw], ['pause', draw], ['error', fail],
    ];
    for (const [name, handle] of events) player.addEventListener(name, handle);
    if (player.readyState >= 1) know();
    return () => {
      cancelAnimationFrame(frame);
      for (const [name, handle] of events) player.removeEventListener(name, handle);
    };
  }, [source]);
  const start = (): void => void media.current?.play().catch(() => undefined);
  return {
    media, head, lengthMs, hasPicture, failed, nowMs,
    seek: (ms) => {
      until.current = null;
      if (media.current) media.current.currentTime = ms / 1000;
    },
    toggle: () => {
      until.current = null;
      if (media.current?.paused) start();
      else media.current?.pause();
    },
    playFromTo: (startMs, endMs) => {
      if (!media.current) return;
      media.current.currentTime = startMs / 1000;
      until.current = endMs;
      start();
    },
  };
}

async function readPeaks(source: string, signal: AbortSignal): Promise<number[] | null> {
  const reply = await fetch(source, { signal });
  if (!reply.ok || Number(reply.headers.get('Content-Length') ?? 0) > kMostDecoded) return null;
  const bytes = await reply.arrayBuffer();
  const sound = await new OfflineAudioContext(1, 1, kRate).decodeAudioData(bytes);
  return peaksOf(sound.getChannelData(0), kPeaks);
}

/** The shape of the sound as an SVG path over 0…peaks × −1…1; '' while it loads, null where there is none. */
export function useWave(source: string): string | null {
  const [path, setPath] = useState<string | null>('');
  useEffect(() => {
    const stop = new AbortController();
    readPeaks(source, stop.signal).then(
      (peaks) => setPath(peaks ? peaks.map((p, i) => `M${i} ${(-p).toFixed(3)}V${p.toFixed(3)}`).join('') : null),
      () => !stop.signal.aborted && setPath(null),
    );
    return () => stop.abort();
  }, [source]);
  return path;
}

export const kWaveWidth = kPeaks;
