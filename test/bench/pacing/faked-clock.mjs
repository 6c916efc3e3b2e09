// A clock that can be set for one process alone: libfaketime answers where the C library would ask the kernel.
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/** Where the package keeps it: in a folder per architecture on Debian, elsewhere without. */
function findLibrary() {
  const folders = ['/usr/lib', '/usr/local/lib', '/usr/lib64'].filter((folder) =>
    existsSync(folder),
  );
  const below = folders.flatMap((folder) =>
    readdirSync(folder, { withFileTypes: true })
      .filter((entry) => entry.isDirectory() && entry.name.endsWith('-linux-gnu'))
      .map((entry) => join(folder, entry.name)),
  );
  return [...folders, ...below]
    .map((folder) => join(folder, 'faketime/libfaketimeMT.so.1'))
    .find((path) => existsSync(path));
}

const library = findLibrary();

/** Why no clock can be moved here, if so. */
export const missingClock =
  library === undefined ? 'needs libfaketime: apt-get install faketime' : undefined;

/** @param {string} offsetFile holds the seconds to add to the time, as `+2`; read at each look at the clock */
export function clockEnvironment(offsetFile) {
  if (library === undefined) throw new Error(missingClock);
  return {
    // The C library comes before jemalloc, with which Debian links Redis: jemalloc asks for the time inside of
    // malloc, and libfaketime asks for memory to tell the time, so that the process hangs before it has begun.
    LD_PRELOAD: `${library} libc.so.6`,
    FAKETIME_TIMESTAMP_FILE: offsetFile,
    FAKETIME_NO_CACHE: '1',
    // As when an administrator sets the clock: timers go on.
    FAKETIME_DONT_FAKE_MONOTONIC: '1',
  };
}
