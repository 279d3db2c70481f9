import type { NotModelled } from 'xstate-check';
import { IC_V2, rfc } from './sources.ts';

/** What a design of mapping types can get wrong: faults have these ids, or the list below. */
export const mappingDefects: readonly string[] = Array.from(
  { length: 22 },
  (_, i) => `B-${String(i + 1).padStart(2, '0')}`,
);

const REVIEW = 'a review of the series, 2026-07-10';

/** Those of them that are no fault here, and why. */
export const mappingNotModelled: readonly NotModelled[] = [
  {
    id: 'B-03',
    title: 'dma_buf_dynamic_attach() with importer_ops = NULL reads allow_peer2peer of NULL',
    reason:
      'a wrapper is a list of one entry here, which somebody has made; it reads its arguments and no state',
    source: rfc(3),
  },
  {
    id: 'B-04',
    title: 'a match asserts dma_resv, which attach does not hold',
    reason:
      'an assertion is no step: no lock is taken while lists are searched, which match_mapping shows',
    source: `Lu Baolu and Jason Gunthorpe on ${rfc(1)}`,
  },
  {
    id: 'B-08',
    title: 'a type without finish_match is called by NULL',
    reason: 'each of the four types that are drawn has one; match_mapping says that nobody looks',
    source: rfc(1),
  },
  {
    id: 'B-09',
    title: 'entries of a list that nobody has set are matched',
    reason: 'a list here is as long as what was put into it',
    source: REVIEW,
  },
  {
    id: 'B-10',
    title: 'a match returns 1, which ERR_PTR() makes a pointer of',
    reason: 'match answers 0, -EOPNOTSUPP or another errno here, and no positive number',
    source: REVIEW,
  },
  {
    id: 'B-14',
    title: 'a list of addresses that is short, empty or not aligned is walked past its end',
    reason: 'lengths of PAL lists are not drawn',
    source: REVIEW,
  },
  {
    id: 'B-18',
    title: 'a VF names a range of another VF',
    reason:
      'which function owns an address is not drawn: IOV has a match of its own, which may refuse',
    source: IC_V2,
  },
  {
    id: 'B-21',
    title: 'after a failing dma_buf_fd() what dma_buf_put() freed is freed again',
    reason: 'it is M3, a fault of the system export',
    source: 'e98137f0a874; an early tree of the branch had it, too',
  },
];
