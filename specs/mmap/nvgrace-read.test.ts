import { describe, expect, it } from 'vitest';
import { type Counterexample, check, diagram, type Scope } from 'xstate-check';
import { nvgraceReadFamily } from './nvgrace-read.system.ts';

const INTO_BAR = { into_bar: 1, faults: 0, writers: 1, unmappers: 0 };
const FOUR = { into_bar: 0, faults: 1, writers: 1, unmappers: 1 };

function broken(revision: string, scope: Scope): string[] {
  const { properties } = check(nvgraceReadFamily.build({ scope, revision }));
  return properties.flatMap(({ property, verdict }) => (verdict === 'holds' ? [] : [property.id]));
}

/** The shortest run that ends in a deadlock. */
function deadlocked(scope: Scope): Counterexample {
  const { properties } = check(nvgraceReadFamily.build({ scope, revision: '7.3' }));
  const found = properties.find(({ property }) => property.kind === 'deadlock')!;
  if (found.verdict !== 'broken') throw new Error(`the deadlock is ${found.verdict}`);
  return found.counterexample;
}

function deadlock(scope: Scope): string[] {
  const { space, run } = deadlocked(scope);
  return run.vectors.map((vector) => space.product.vectors[vector]!.label);
}

describe('a reader waits behind a writer that waits', () => {
  it('so that one that reads again waits for itself', () => {
    expect(broken('7.3', INTO_BAR)).toEqual(['lock-balance', 'lock-order', 'rest', 'deadlock']);
    const run = deadlock(INTO_BAR);
    expect(run.filter((label) => label.startsWith('dev[0].memory_lock'))).toEqual([
      'dev[0].memory_lock.down_read@read',
      'dev[0].memory_lock.down_write:wait@command_write',
    ]);
    expect(run).toContain('mm.user_page:of_bar@read');
  });

  it('and the text says who queued', () => {
    const text = diagram(deadlocked(INTO_BAR)).replace(/\s+/g, ' ');
    expect(text).toContain('down_write(&vdev0->memory_lock): queues');
    expect(text).toContain(
      'CPU0 waits for ever in down_read(&vdev0->memory_lock) for CPU1, which queued for it in ' +
        'down_write(&vdev0->memory_lock) and waits too. CPU1 waits for ever in ' +
        'down_write(&vdev0->memory_lock) for CPU0, which took it in down_read(&vdev0->memory_lock) ' +
        'and waits too.',
    );
  });

  it('but nobody does where no writer comes', () => {
    const alone = { ...INTO_BAR, writers: 0 };
    expect(broken('7.3', alone)).toEqual(['lock-balance', 'lock-order']);
  });

  it('so that two who read two locks in either order wait for each other', () => {
    expect(broken('7.3', FOUR)).toEqual(['lock-order', 'rest', 'deadlock']);
    expect(deadlock(FOUR).filter((label) => label.includes(':wait'))).toEqual([
      'dev[0].memory_lock.down_write:wait@command_write',
      'mm.mmap_lock.down_write:wait@munmap',
    ]);
  });

  it.each([
    ['the writer of memory_lock', { ...FOUR, writers: 0 }],
    ['the writer of mmap_lock', { ...FOUR, unmappers: 0 }],
    ['the other reader', { ...FOUR, faults: 0 }],
  ])('but do not without %s', (_, scope) => {
    expect(broken('7.3', scope)).toEqual(['lock-order']);
  });

  it.each([
    ['one reader', INTO_BAR],
    ['two readers', FOUR],
    ['everybody', nvgraceReadFamily.confidence!],
  ])('nor where the copy comes after the unlock, with %s', (_, scope) => {
    expect(broken('copies-after-unlock', scope)).toEqual([]);
  });
});
