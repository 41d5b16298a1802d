/** For a shell: inside single quotes, whatever the model is called. */
const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;

/** A first request with a key, to be typed. */
export function curlOf(base: string, secret: string, model: string): string {
  const body = JSON.stringify({ model, messages: [{ role: 'user', content: 'Hello' }] });
  return `curl ${base}/v1/chat/completions -H 'Authorization: Bearer ${secret}' -H 'Content-Type: application/json' -d ${quoted(body)}`;
}
