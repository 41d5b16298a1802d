// Sealing what goes on the disk: AES-256-GCM under a key that the server gives to the signed-in person and that no script
// can read back (non-extractable). A fresh random nonce for each write; the assignment is bound in, so that a record moved
// to another place does not open.

export interface Sealer {
  seal: (id: string, text: string) => Promise<Uint8Array>;
  /** Throws where key, place or bytes are not those it was sealed with. */
  open: (id: string, sealed: Uint8Array) => Promise<string>;
}

const kNonceBytes = 12;
const bound = (id: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(`guildhall-journal-1:${id}`) as Uint8Array<ArrayBuffer>;

export async function aesSealer(keyBase64url: string): Promise<Sealer> {
  const raw = Uint8Array.from(atob(keyBase64url.replace(/-/g, '+').replace(/_/g, '/')), (c) => c.charCodeAt(0));
  const key = await crypto.subtle.importKey('raw', raw, 'AES-GCM', false, ['encrypt', 'decrypt']);
  raw.fill(0);
  return {
    seal: async (id, text) => {
      const iv = crypto.getRandomValues(new Uint8Array(kNonceBytes));
      const plain = new TextEncoder().encode(text) as Uint8Array<ArrayBuffer>;
      const body = new Uint8Array(await crypto.subtle.encrypt({ name: 'AES-GCM', iv, additionalData: bound(id) }, key, plain));
      const sealed = new Uint8Array(kNonceBytes + body.length);
      sealed.set(iv);
      sealed.set(body, kNonceBytes);
      return sealed;
    },
    open: async (id, sealed) => {
      const iv = sealed.slice(0, kNonceBytes) as Uint8Array<ArrayBuffer>;
      const body = sealed.slice(kNonceBytes) as Uint8Array<ArrayBuffer>;
      return new TextDecoder().decode(await crypto.subtle.decrypt({ name: 'AES-GCM', iv, additionalData: bound(id) }, key, body));
    },
  };
}
