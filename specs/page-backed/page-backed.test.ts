import { describe, expect, it } from 'vitest';
import {
  check,
  checkFault,
  lint,
  type Scope,
  type SystemFamily,
  type SystemResult,
} from 'xstate-check';
import { pageFaults } from './faults.ts';
import { pageFindings } from './findings.ts';
import { families } from './index.ts';
import { pageMachines } from './machines.ts';
import { pageBackedFamily, pageOwnersFamily } from './page-backed.system.ts';
import {
  ALLOCATED,
  CLOSED,
  FROM_SECOND_PAGE,
  IMPORTED,
  ONE_BUFFER,
  REVOKED,
  TOUCHED,
  TWO_BUFFERS,
  WITHOUT_PAGES,
} from './scopes.ts';

const [READ, SOUND, VFIO_FD] = ['pages-read', 'pages-sound', 'pages-vfio-fd'] as const;

function checked(family: SystemFamily, scope: Scope, revision: string): SystemResult {
  return check(family.build({ scope, revision }));
}

/** The rules that do not hold, or were never put to the test. */
function brokenIn({ properties }: SystemResult): string[] {
  return properties.flatMap(({ property, verdict }) =>
    verdict === 'holds' ? [] : [verdict === 'broken' ? property.id : `${property.id}: ${verdict}`],
  );
}

const scopes: readonly [string, SystemFamily, Scope, number, number][] = [
  ['an O_DIRECT and a reset', pageBackedFamily, ONE_BUFFER, 4_182, 11_767],
  ['and the close of the fd', pageBackedFamily, CLOSED, 11_004, 36_331],
  ['an O_DIRECT and a revoke for good', pageBackedFamily, REVOKED, 3_819, 10_736],
  ['a touch and a reset', pageBackedFamily, TOUCHED, 2_186, 6_155],
  ['an importer', pageBackedFamily, IMPORTED, 4_408, 12_888],
  ['a mapping from the second page on', pageBackedFamily, FROM_SECOND_PAGE, 516, 1_221],
  ['a buffer without pages', pageBackedFamily, WITHOUT_PAGES, 92, 170],
  ['two exports', pageOwnersFamily, TWO_BUFFERS, 933, 2_157],
  ['an export and sysfs', pageOwnersFamily, ALLOCATED, 114, 249],
];

describe.each(scopes)('%s', (_, family, scope, states, transitions) => {
  it('keeps every rule where the pages are those of the device fd', () => {
    const result = checked(family, scope, VFIO_FD);
    expect(brokenIn(result)).toEqual([]);
    expect(result).toMatchObject({ states, transitions });
  });

  it('keeps every rule but that of dma-buf where they are those of its fd', () => {
    const result = checked(family, scope, SOUND);
    const pages = result.properties.some(({ property }) =>
      property.id.startsWith('no-pages-through'),
    );
    expect(brokenIn(result)).toEqual(pages ? ['no-pages-through-dmabuf-fd'] : []);
  });
});

describe('the proof of concept', () => {
  it.each<[SystemFamily, Scope, readonly string[]]>([
    [
      pageBackedFamily,
      ONE_BUFFER,
      [
        'one-kind-of-pte',
        'no-pages-through-dmabuf-fd',
        'reset-after-last-pte',
        'reset-after-last-pin',
        'rest',
        'refinement',
      ],
    ],
    [
      pageBackedFamily,
      REVOKED,
      ['no-pages-through-dmabuf-fd', 'pte-only-while-live', 'revoked-means-unpinned', 'refinement'],
    ],
    [pageBackedFamily, IMPORTED, ['no-pages-through-dmabuf-fd', 'route-matches-address']],
    [pageBackedFamily, FROM_SECOND_PAGE, ['no-pages-through-dmabuf-fd', 'address-is-the-byte']],
    [pageBackedFamily, WITHOUT_PAGES, ['one-kind-of-pte']],
    [
      pageOwnersFamily,
      TWO_BUFFERS,
      [
        'count-is-references(page[0])',
        'failed-export-leaves-nothing',
        'pages-made-once',
        'pages-serve-every-export',
      ],
    ],
    [
      pageOwnersFamily,
      ALLOCATED,
      [
        'count-is-references(page[0])',
        'no-page-misuse',
        'failed-export-leaves-nothing',
        'one-owner',
      ],
    ],
  ])('%#: breaks what its findings say', (family, scope, broken) => {
    expect(brokenIn(checked(family, scope, READ))).toEqual(broken);
  });

  it('has as many states as are written here', () => {
    const sizes = [ONE_BUFFER, CLOSED].map((scope) => checked(pageBackedFamily, scope, READ));
    expect(sizes.map(({ states, transitions }) => [states, transitions])).toEqual([
      [7_898, 22_176],
      [19_225, 63_923],
    ]);
  });
});

describe('a mapping through the other fd', () => {
  it.each([READ, SOUND, VFIO_FD])('of %s has no pages, and no O_DIRECT', (revision) => {
    const { space } = checked(pageBackedFamily, { ...ONE_BUFFER, special: 1 }, revision);
    const labels = labelsOf(space);
    expect(labels).toContain('vma[0].o_direct:-EFAULT@o_direct');
    expect(labels).not.toContain('vma[0].o_direct:ok@o_direct');
    const touched = checked(pageBackedFamily, { ...TOUCHED, special: 1 }, revision);
    expect(brokenIn(touched)).toEqual([]);
    expect(labelsOf(touched.space)).toContain('vma[0].touch:ok@touch');
  });
});

/** The labels that some run has. */
function labelsOf(space: SystemResult['space']): string[] {
  const { product, stepper, table, states } = space;
  const seen = new Set<string>();
  for (let state = 0; state < states; state++) {
    const local = stepper.local(table, state);
    for (const { label, participants } of product.vectors) {
      if (participants.every(({ part, next }) => next[local[part]!]! >= 0)) seen.add(label);
    }
  }
  return [...seen];
}

describe('the answers of a call', () => {
  it.each([
    [READ, ONE_BUFFER, ['buf[0].mmap:-ENODEV@mapping', 'vma[0].o_direct:ok@o_direct']],
    [READ, REVOKED, ['buf[0].revoke_dma_buf:-EBADFD@revoke', 'buf[0].revoke_dma_buf:ok@revoke']],
    [VFIO_FD, TOUCHED, ['vma[0].touch:ok@touch', 'vma[0].touch:SIGSEGV@touch']],
    [VFIO_FD, { ...REVOKED, touches: 1, pins: 0 }, ['vma[0].touch:SIGBUS@touch']],
    [VFIO_FD, IMPORTED, ['att[0].map:-EINVAL@importer', 'att[0].map:ok@importer']],
    [READ, IMPORTED, ['att[0].map:-EIO@importer', 'att[0].map:ok@importer']],
  ])('of %s are %j', (revision, scope, labels) => {
    const { space } = checked(pageBackedFamily, scope, revision);
    expect(labelsOf(space)).toEqual(expect.arrayContaining(labels));
  });
});

describe('what the faults and findings are about', () => {
  it('is each fault of the alternative, and each is caught by every rule that it names', () => {
    const defects = new Set(pageFaults.map(({ id, defect = id }) => defect));
    expect([...defects]).toEqual(
      ['20', '21', '22', '23', '24', '25', '26', '27', '28', '29', '45', '46'].map((n) => `A-${n}`),
    );
    const found = pageFindings.map(({ id }) => id.replace(/^F-A(\d+).*/, 'A-$1'));
    expect([...new Set(found)].sort()).toEqual([...defects].sort());
  });

  it.each(pageFaults)('$id is caught, and the sound design keeps the rules', (fault) => {
    const family = families.find(({ name }) => name === fault.system)!;
    const { caughtBy, brokenAnyway } = checkFault(family, fault);
    expect(brokenAnyway).toEqual([]);
    expect([...caughtBy].sort()).toEqual([...fault.expected].sort());
  });

  it.each(pageMachines)('$name passes the linter', ({ machine }) => {
    expect(lint(machine)).toEqual([]);
  });
});
