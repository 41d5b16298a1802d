// Files go up by XMLHttpRequest, because fetch cannot say how far an upload is.
import { kApiRoot, newKey } from './http';
import { Problem } from './problem';
import type { ImportResult } from './types';

export interface Upload<R> {
  done: Promise<R>;
  cancel: () => void;
}

export function importType(name: string): string {
  const end = name.toLowerCase().split('.').pop();
  if (end === 'csv') return 'text/csv';
  if (end === 'json') return 'application/json';
  return 'application/x-ndjson';
}

function send<R>(
  path: string, headers: Record<string, string>, file: Blob, onProgress: (sent: number, total: number) => void, key = newKey(),
): Upload<R> {
  const xhr = new XMLHttpRequest();
  const done = new Promise<R>((resolve, reject) => {
    xhr.open('POST', kApiRoot + path);
    for (const [name, value] of Object.entries(headers)) xhr.setRequestHeader(name, value);
    xhr.setRequestHeader('Accept', 'application/json');
    xhr.setRequestHeader('Idempotency-Key', key);
    xhr.upload.onprogress = (event) => onProgress(event.loaded, event.total || file.size);
    xhr.onload = () => {
      let body: unknown = {};
      try {
        body = JSON.parse(xhr.responseText);
      } catch {
        // The status below says enough.
      }
      if (xhr.status >= 200 && xhr.status < 300) resolve(body as R);
      else reject(new Problem(xhr.status, (body ?? {}) as Record<string, unknown>));
    };
    xhr.onerror = () => reject(Problem.network());
    xhr.onabort = () => reject(new Problem(-2, { type: '/problems/stopped', title: 'Stopped' }));
    xhr.send(file);
  });
  return { done, cancel: () => xhr.abort() };
}

export function importTasks(
  project: string, file: File, onError: 'skip' | 'refuse', onProgress: (sent: number, total: number) => void,
): Upload<ImportResult> {
  return send(`/projects/${project}/tasks?on_error=${onError}`, { 'Content-Type': importType(file.name) }, file, onProgress);
}

/** Lines of NDJSON made in the page: a slice of a file, or a whole one. */
export function importLines(project: string, lines: Blob, onError: 'skip' | 'refuse', key: string): Upload<ImportResult> {
  return send(`/projects/${project}/tasks?on_error=${onError}`, { 'Content-Type': 'application/x-ndjson' }, lines, () => undefined, key);
}

/** A name as the bytes of a header: the server reads plain UTF-8 between quotes. */
function headerName(name: string): string {
  const safe = name.replace(/[\u0000-\u001f"\\]/g, '_');
  return [...new TextEncoder().encode(safe)].map((byte) => String.fromCharCode(byte)).join('');
}

export function uploadFile(
  project: string, file: File, onProgress: (sent: number, total: number) => void,
): Upload<{ id: string; name: string; media_type: string; bytes: number; sha256: string }> {
  const headers = {
    'Content-Type': file.type || 'application/octet-stream',
    'Content-Disposition': `attachment; filename="${headerName(file.name)}"; filename*=UTF-8''${encodeURIComponent(file.name)}`,
  };
  return send(`/projects/${project}/files`, headers, file, onProgress);
}
