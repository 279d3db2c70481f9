/** One file of an initial file system; without data a directory. */
export interface InitramfsFile {
  readonly path: string;
  readonly mode?: number;
  readonly data?: Uint8Array;
}

const DIRECTORY = 0o040000;
const REGULAR = 0o100000;

/** An initial file system as the kernel reads it: a cpio archive in the new ASCII format. */
export function initramfs(files: readonly InitramfsFile[]): Buffer {
  const records = files.map(({ path, mode, data }, i) =>
    record(path, (data ? REGULAR : DIRECTORY) | (mode ?? 0o755), data ?? new Uint8Array(), i + 1),
  );
  return Buffer.concat([...records, record('TRAILER!!!', 0, new Uint8Array(), 0)]);
}

function record(path: string, mode: number, data: Uint8Array, inode: number): Buffer {
  const name = Buffer.from(`${path}\0`);
  const fields = [inode, mode, 0, 0, 1, 0, data.length, 0, 0, 0, 0, name.length, 0];
  const head = `070701${fields.map((field) => field.toString(16).padStart(8, '0')).join('')}`;
  return Buffer.concat([padded(Buffer.concat([Buffer.from(head), name])), padded(data)]);
}

/** Filled to a multiple of four bytes. */
function padded(data: Uint8Array): Buffer {
  return Buffer.concat([data, Buffer.alloc(-data.length & 3)]);
}
