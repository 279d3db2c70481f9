import { choose, type Kthread, step } from '../kernel/step.ts';
import type { MappingFaultId } from './faults.ts';

/** What a list can have; P2P is a flag of an SGT: it is required by an exporter, accepted by an importer. */
export interface MatchEntry {
  readonly type: 'SGT' | 'PAL' | 'IOV';
  readonly p2p?: true;
}

/** What a search finds: a pair of entries and what the mapping is; or why there is none. */
export interface Found {
  readonly exp: number;
  readonly imp: number;
  readonly type: MatchEntry['type'];
}
export type MatchResult = Found | '-EINVAL' | '-ENOMEM';

/** The two lists, and how far apart the devices are. */
export interface MatchCase {
  readonly exp: readonly MatchEntry[];
  readonly imp: readonly MatchEntry[];
  /** pci_p2pdma_distance() < 0. */
  readonly far: boolean;
  /** The core has a function that makes an SGT of PAL for a P2P importer. */
  readonly converts: boolean;
}

type Has = (fault: MappingFaultId) => boolean;
type Verdict = 'match' | 'skip' | '-ENOMEM';

/**
 * dma_buf_match_mapping() from its first step on. No lock is taken, and nothing but the lists and the distance
 * is looked at.
 * Source: RFC 00/26 "Add DMA-buf mapping types", 2026-02-17: 1, 3, 21.
 */
export function* dma_buf_match_mapping(of: MatchCase, has: Has): Kthread<MatchResult> {
  const found = has('B-01') ? yield* byImporter(of, has) : yield* byExporter(of, has);
  yield* step(`att[0].match:${typeof found === 'string' ? found : 'ok'}`);
  return found;
}

function* byExporter(of: MatchCase, has: Has): Kthread<MatchResult> {
  for (let exp = 0; exp < of.exp.length; exp++) {
    yield* step('lists.next_exp:entry');
    for (let imp = 0; imp < of.imp.length; imp++) {
      yield* step('lists.next_imp:entry');
      const result = yield* pair(of, exp, imp, has);
      if (result !== 'skip') return result;
    }
    yield* step('lists.next_imp:end');
  }
  yield* step('lists.next_exp:end');
  return '-EINVAL';
}

function* byImporter(of: MatchCase, has: Has): Kthread<MatchResult> {
  for (let imp = 0; imp < of.imp.length; imp++) {
    yield* step('lists.next_imp:entry');
    for (let exp = 0; exp < of.exp.length; exp++) {
      yield* step('lists.next_exp:entry');
      const result = yield* pair(of, exp, imp, has);
      if (result !== 'skip') return result;
    }
    yield* step('lists.next_exp:end');
  }
  yield* step('lists.next_imp:end');
  return '-EINVAL';
}

/** One pair: whether it is of one type, whether that type objects, and what is written down of it. */
function* pair(of: MatchCase, exp: number, imp: number, has: Has): Kthread<MatchResult | 'skip'> {
  const [offered, wanted] = [of.exp[exp]!, of.imp[imp]!];
  const same = offered.type === wanted.type;
  yield* step(`lists.same_type:${same}`);
  if (!same) {
    if (!(yield* convertible(of, offered, wanted))) return 'skip';
    yield* step('lists.finish_match:SGT');
    return { exp, imp, type: 'SGT' };
  }
  const verdict = yield* matchOf(of, offered, wanted, has);
  if (verdict !== 'match') return verdict;
  yield* step(`lists.finish_match:${offered.type}`);
  return { exp, imp, type: offered.type };
}

function* convertible(of: MatchCase, offered: MatchEntry, wanted: MatchEntry): Kthread<boolean> {
  if (!of.converts) return false;
  const isPeer = wanted.type === 'SGT' && wanted.p2p === true && !of.far;
  const can = offered.type === 'PAL' && isPeer;
  yield* step(`lists.converter:${can ? 'some' : 'none'}`);
  return can;
}

/** match() of a type, if it has one. */
function* matchOf(of: MatchCase, exp: MatchEntry, imp: MatchEntry, has: Has): Kthread<Verdict> {
  switch (exp.type) {
    case 'PAL':
      yield* step('lists.match_op:none');
      return 'match';
    case 'IOV': {
      yield* step('lists.match_op:iov');
      const errno = yield* choose('lists.iov_match', [
        { outcome: '0' },
        { outcome: '-EOPNOTSUPP' },
        { outcome: '-ENOMEM' },
      ]);
      if (errno === '0') return 'match';
      if (errno === '-ENOMEM' || has('B-02')) return '-ENOMEM';
      return 'skip';
    }
    default: {
      yield* step('lists.match_op:sgt');
      const refused = exp.p2p === true && (imp.p2p !== true || of.far) && !has('B-16');
      yield* step(`lists.sgt_match:${refused ? '-EOPNOTSUPP' : '0'}`);
      if (!refused) return 'match';
      return has('B-02') ? '-ENOMEM' : 'skip';
    }
  }
}
