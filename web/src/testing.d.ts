// The two Node.js modules that unit tests use; the pages themselves know no Node.js.
declare module 'node:test' {
  export default function test(name: string, run: () => void | Promise<void>): void;
}
declare module 'node:assert/strict' {
  const assert: {
    (value: unknown, message?: string): asserts value;
    equal(actual: unknown, expected: unknown, message?: string): void;
    ok(value: unknown, message?: string): asserts value;
    notEqual(actual: unknown, expected: unknown, message?: string): void;
    notDeepEqual(actual: unknown, expected: unknown, message?: string): void;
    deepEqual(actual: unknown, expected: unknown, message?: string): void;
    rejects(promise: Promise<unknown>, check?: (error: unknown) => boolean): Promise<void>;
  };
  export default assert;
}
/** After everything that is ready to run has run. */
declare function setImmediate(run: (value: unknown) => void): void;
declare const Buffer: {
  alloc(size: number, fill?: number): { toString(encoding: string): string };
  from(bytes: Uint8Array | ArrayBuffer): { toString(encoding: string): string };
};
