// The disk under the journal: one IndexedDB database per person, one row per task, sealed. The port is what tests fake.

export interface Row {
  id: string;
  sealed: Uint8Array;
}

export interface Disk {
  all: () => Promise<Row[]>;
  /** firm: on the disk itself before it is acknowledged, not only with the operating system. */
  put: (row: Row, firm: boolean) => Promise<void>;
  remove: (id: string) => Promise<void>;
  /** Everything gone, the database too. */
  destroy: () => Promise<void>;
  close: () => void;
}

const kPrefix = 'guildhall-journal-';
const kRows = 'rows';

function done<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error ?? new Error('the database failed'));
  });
}

function finished(transaction: IDBTransaction): Promise<void> {
  return new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve();
    transaction.onabort = () => reject(transaction.error ?? new Error('the database gave up'));
    transaction.onerror = () => reject(transaction.error ?? new Error('the database failed'));
  });
}

async function open(name: string): Promise<IDBDatabase> {
  const request = indexedDB.open(name, 1);
  request.onupgradeneeded = () => request.result.createObjectStore(kRows, { keyPath: 'id' });
  return done(request);
}

/** Throws where the browser has no database for us: private windows, a forbidden or full disk. */
export async function openDisk(member: string): Promise<Disk> {
  const name = kPrefix + member;
  let database: IDBDatabase | null = null;
  const ready = async (): Promise<IDBDatabase> => {
    if (database) return database;
    const opened = await open(name);
    // Another tab signs out and deletes it: do not stand in the way.
    opened.onversionchange = () => {
      opened.close();
      if (database === opened) database = null;
    };
    opened.onclose = () => {
      if (database === opened) database = null;
    };
    database = opened;
    return opened;
  };
  const write = async (act: (rows: IDBObjectStore) => void, firm: boolean): Promise<void> => {
    const transaction = (await ready()).transaction(kRows, 'readwrite', { durability: firm ? 'strict' : 'relaxed' });
    act(transaction.objectStore(kRows));
    await finished(transaction);
  };
  await ready();
  return {
    all: async () => done<Row[]>((await ready()).transaction(kRows).objectStore(kRows).getAll()),
    put: (row, firm) => write((rows) => rows.put(row), firm),
    remove: (id) => write((rows) => rows.delete(id), false),
    destroy: async () => {
      // Emptied first: the deletion may have to wait for another tab.
      await write((rows) => rows.clear(), true);
      database?.close();
      database = null;
      const request = indexedDB.deleteDatabase(name);
      await new Promise<void>((resolve) => {
        request.onsuccess = request.onerror = request.onblocked = () => resolve();
      });
    },
    close: () => {
      database?.close();
      database = null;
    },
  };
}
