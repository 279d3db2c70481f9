import { closeSync, fstatSync, mkdtempSync, openSync, readSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A file that has no name any more, so that nothing is left of it however this process ends. */
export class ConsoleFile {
  readonly writing: number;
  private readonly reading: number;
  private last = '';
  private open = true;

  constructor() {
    const directory = mkdtempSync(join(tmpdir(), 'dmabuf-spec-vm-'));
    const path = join(directory, 'console');
    this.writing = openSync(path, 'w');
    this.reading = openSync(path, 'r');
    rmSync(directory, { recursive: true });
  }

  text(): string {
    if (!this.open) return this.last;
    const bytes = Buffer.alloc(fstatSync(this.reading).size);
    const length = readSync(this.reading, bytes, 0, bytes.length, 0);
    return bytes.toString('latin1', 0, length);
  }

  close(): void {
    if (!this.open) return;
    this.last = this.text();
    this.open = false;
    closeSync(this.reading);
    closeSync(this.writing);
  }
}
