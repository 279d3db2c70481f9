import { expect, test } from 'vitest';
import { initramfs } from './initramfs.ts';

test('is a cpio archive in the new ASCII format, every record aligned to four bytes', () => {
  const image = initramfs([
    { path: 'modules' },
    { path: 'init', mode: 0o755, data: Buffer.from('hello') },
  ]);
  expect(image.length % 4).toBe(0);
  expect(records(image)).toEqual([
    { name: 'modules', mode: 0o040755, data: '' },
    { name: 'init', mode: 0o100755, data: 'hello' },
    { name: 'TRAILER!!!', mode: 0, data: '' },
  ]);
});

/** Reads an archive as init/initramfs.c does. */
function records(image: Buffer) {
  const found: { name: string; mode: number; data: string }[] = [];
  for (let at = 0; at < image.length; ) {
    expect(image.toString('latin1', at, at + 6)).toBe('070701');
    const field = (i: number) =>
      Number.parseInt(image.toString('latin1', at + 6 + 8 * i, at + 14 + 8 * i), 16);
    const name = image.toString('latin1', at + 110, at + 110 + field(11) - 1);
    const start = aligned(at + 110 + field(11));
    const data = image.toString('latin1', start, start + field(6));
    found.push({ name, mode: field(1), data });
    at = aligned(start + field(6));
  }
  return found;
}

function aligned(offset: number): number {
  return (offset + 3) & ~3;
}
