import { assign, setup } from 'xstate';
import { madeOnce } from '../made-once.ts';

/**
 * An entry of a list. What an exporter offers as SGT_P2P it lets nobody have who is no P2P peer; an
 * importer that wants SGT_P2P is one.
 */
export type Entry = 'SGT' | 'SGT_P2P' | 'PAL' | 'IOV';
export type MappingType = 'SGT' | 'PAL' | 'IOV';

export const MAPPING_TYPES: readonly MappingType[] = ['SGT', 'PAL', 'IOV'];
export const typeOf = (entry: Entry): MappingType => (entry === 'SGT_P2P' ? 'SGT' : entry);

/** The lists of the two sides, how far apart their devices are, and how far a search has come. */
export interface Lists {
  readonly exp: readonly Entry[];
  readonly imp: readonly Entry[];
  /** pci_p2pdma_distance() is negative. */
  readonly far: boolean;
  readonly e: number;
  readonly i: number;
}

/** What the lists can have. */
export interface ListBounds {
  readonly entries: readonly Entry[];
  /** The list of the exporter where it is known; else it has as many entries as `offers` says. */
  readonly offered?: readonly Entry[];
  readonly offers: number;
  readonly wants: number;
  /** The core converts PAL to SGT_P2P, and no importer takes PAL. */
  readonly converts?: boolean;
}

/** What dma_buf_sgt_match() says of two entries of that type. */
export function sgtFits(exp: Entry, imp: Entry, far: boolean): boolean {
  return exp !== 'SGT_P2P' || (imp === 'SGT_P2P' && !far);
}

const current = ({ exp, imp, e, i }: Lists) => [exp[e], imp[i]] as const;

/** What the type SGT says of the pair that the search is at. */
function pairFits(lists: Lists): boolean {
  const [exp, imp] = current(lists);
  return sgtFits(exp!, imp!, lists.far);
}

/** Whether the core has a converter for the pair that the search is at. */
function hasConverter(lists: Lists): boolean {
  const [exp, imp] = current(lists);
  return exp === 'PAL' && imp === 'SGT_P2P' && !lists.far;
}

/** Whether the pair that the search is at is of one type, and which. */
function pairType(lists: Lists): MappingType | undefined {
  const [exp, imp] = current(lists);
  if (exp === undefined || imp === undefined) return undefined;
  return typeOf(exp) === typeOf(imp) ? typeOf(exp) : undefined;
}

/** What is so of lists, and of the pair that a search is at. */
const HOLDS = {
  moreExp: (lists: Lists) => lists.e + 1 < lists.exp.length,
  lastExp: (lists: Lists) => lists.e + 1 >= lists.exp.length,
  moreImp: (lists: Lists) => lists.i + 1 < lists.imp.length,
  lastImp: (lists: Lists) => lists.i + 1 >= lists.imp.length,
  same: (lists: Lists) => pairType(lists) !== undefined,
  other: (lists: Lists) => pairType(lists) === undefined,
  isSGT: (lists: Lists) => pairType(lists) === 'SGT',
  isPAL: (lists: Lists) => pairType(lists) === 'PAL',
  isIOV: (lists: Lists) => pairType(lists) === 'IOV',
  fits: (lists: Lists) => pairType(lists) === 'SGT' && pairFits(lists),
  fitsNot: (lists: Lists) => pairType(lists) === 'SGT' && !pairFits(lists),
  converts: hasConverter,
  convertsNot: (lists: Lists) => !hasConverter(lists),
  isOrBecomesSGT: (lists: Lists) => pairType(lists) === 'SGT' || hasConverter(lists),
};

type Held = keyof typeof HOLDS;

/** What the lists answer, and when. */
const ANSWERS: Readonly<Record<string, Held>> = {
  'next_exp:entry': 'moreExp',
  'next_exp:end': 'lastExp',
  'next_imp:entry': 'moreImp',
  'next_imp:end': 'lastImp',
  'same_type:true': 'same',
  'same_type:false': 'other',
  'match_op:sgt': 'isSGT',
  'match_op:iov': 'isIOV',
  'match_op:none': 'isPAL',
  'sgt_match:0': 'fits',
  'sgt_match:-EOPNOTSUPP': 'fitsNot',
  'iov_match:0': 'isIOV',
  'iov_match:-EOPNOTSUPP': 'isIOV',
  'iov_match:-ENOMEM': 'isIOV',
  'finish_match:SGT': 'isSGT',
  'finish_match:PAL': 'isPAL',
  'finish_match:IOV': 'isIOV',
};

const CONVERTING: Readonly<Record<string, Held>> = {
  ...ANSWERS,
  'converter:some': 'converts',
  'converter:none': 'convertsNot',
  'finish_match:SGT': 'isOrBecomesSGT',
};

const questionOf = (answer: string) => answer.slice(0, answer.indexOf(':'));
const noneOf = (answer: string) => `no answer to ${questionOf(answer)}`;

/** The answers to the question that an answer is one of. */
function outcomesOf(answers: Readonly<Record<string, Held>>, answer: string): string[] {
  return Object.keys(answers).filter((other) => questionOf(other) === questionOf(answer));
}

/** What a search that has begun is always answered. */
const ALWAYS = /^(next_exp|next_imp|same_type):/;

/** Of each question the answer, one that is used if any is, of who is asked where nothing answers it. */
function outOfOrder(answers: Readonly<Record<string, Held>>, unused: readonly string[]): string[] {
  const asked = Object.keys(answers).map((answer) => {
    const outcomes = outcomesOf(answers, answer);
    return outcomes.find((outcome) => !unused.includes(outcome)) ?? outcomes[0]!;
  });
  return [...new Set(asked)];
}

/** How a step of a search moves on in the lists. */
const nextExp = ({ e }: Lists) => ({ e: e + 1, i: -1 });
const nextImp = ({ i }: Lists) => ({ i: i + 1 });

/** Where a search of these lists is after an answer, if they can give it. */
export function answered(lists: Lists, answer: string, converts = false): Lists | undefined {
  const held = (converts ? CONVERTING : ANSWERS)[answer];
  if (held === undefined || !HOLDS[held](lists)) return undefined;
  if (answer === 'next_exp:entry') return { ...lists, ...nextExp(lists) };
  return answer === 'next_imp:entry' ? { ...lists, ...nextImp(lists) } : lists;
}

/**
 * The two lists of `struct dma_buf_mapping_match`, made by exporter and importer before they meet, and
 * what the types say of a pair. `match` of an IOV is a driver's own, so that its error is anybody's.
 */
export const matchLists = madeOnce(function matchLists({
  entries,
  offered,
  offers,
  wants,
  converts = false,
}: ListBounds) {
  const free = offered === undefined;
  const wanted = entries.filter((entry) => !(converts && entry === 'PAL'));
  const gives = [
    ...(free ? [...entries.map((entry) => `offer(${entry})`), 'far'] : []),
    ...wanted.map((entry) => `want(${entry})`),
  ];
  const answers = converts ? CONVERTING : ANSWERS;
  const labels = [...gives, 'begin', ...Object.keys(answers)];
  const add = (side: 'exp' | 'imp', entry: Entry) =>
    assign(({ context }: { context: Lists }) => ({ [side]: [...context[side], entry] }));
  const has = (type: MappingType) => wanted.some((entry) => typeOf(entry) === type);
  const always = (types: readonly MappingType[]) => types.filter((type) => !has(type));
  const machine = setup({
    types: { context: {} as Lists, events: {} as { type: string } },
    guards: {
      mayOffer: ({ context }) => context.exp.length < offers,
      mayWant: ({ context }) => context.imp.length < wants,
      near: ({ context }) => !context.far,
      ...Object.fromEntries(
        Object.entries(HOLDS).map(([name, holds]) => [
          name,
          ({ context }: { context: Lists }) => holds(context),
        ]),
      ),
      ...Object.fromEntries(
        Object.keys(answers).map((answer) => [
          noneOf(answer),
          ({ context }: { context: Lists }) =>
            !outcomesOf(answers, answer).some((other) => HOLDS[answers[other]!](context)),
        ]),
      ),
    },
    actions: {
      ...Object.fromEntries(
        entries.flatMap((entry) => [
          [`offer${entry}`, add('exp', entry)],
          [`want${entry}`, add('imp', entry)],
        ]),
      ),
      parted: assign({ far: true }),
      fromFirst: assign({ e: -1, i: -1 }),
      nextExp: assign(({ context }) => nextExp(context)),
      nextImp: assign(({ context }) => nextImp(context)),
    },
  });
  const unused = [
    ...always(['SGT']).flatMap(() => ['match_op:sgt', 'sgt_match:0', 'sgt_match:-EOPNOTSUPP']),
    ...(free && entries.includes('SGT_P2P') ? [] : ['sgt_match:-EOPNOTSUPP']),
    ...always(['IOV']).flatMap(() => [
      'match_op:iov',
      ...['0', '-EOPNOTSUPP', '-ENOMEM'].map((errno) => `iov_match:${errno}`),
    ]),
    ...always(['PAL']).map(() => 'match_op:none'),
    ...always(MAPPING_TYPES).map((type) => `finish_match:${type}`),
  ];
  const given = Object.fromEntries([
    ...entries.flatMap((entry) =>
      free
        ? [
            [
              `offer(${entry})`,
              { guard: 'mayOffer', target: 'made', actions: `offer${entry}` },
            ] as const,
          ]
        : [],
    ),
    ...wanted.map((entry) => [
      `want(${entry})`,
      { guard: 'mayWant', target: 'made', actions: `want${entry}` },
    ]),
  ]);
  const moves: Readonly<Record<string, string>> = {
    'next_exp:entry': 'nextExp',
    'next_imp:entry': 'nextImp',
  };
  const early = outOfOrder(answers, unused);
  const found = Object.fromEntries(
    Object.entries(answers).map(([answer, guard]) => {
      const right = {
        guard,
        target: 'searched',
        ...(answer in moves && { actions: moves[answer] }),
      };
      const wrong = { guard: noneOf(answer), target: 'out_of_order' };
      if (!early.includes(answer) || ALWAYS.test(answer)) return [answer, right];
      return [answer, unused.includes(answer) ? [wrong] : [right, wrong]];
    }),
  );
  return machine.createMachine({
    id: 'match_lists',
    description: 'struct dma_buf_mapping_match of both sides; match and finish_match of the types',
    meta: {
      labels,
      unused: [...new Set(unused)].filter((label) => !early.includes(label)),
      source:
        'Jason Gunthorpe, "[PATCH RFC 00/26] Add DMA-buf mapping types", 2026-02-17: 1, 3; for IOV: Vivek Kasireddy, RFC v2, 2025-10-26',
    },
    context: { exp: offered ?? [], imp: [], far: false, e: -1, i: -1 },
    initial: 'made',
    states: {
      made: {
        tags: ['quiescent'],
        on: {
          ...given,
          ...(free && { far: { guard: 'near', target: 'made', actions: 'parted' } as const }),
          begin: { target: 'searched', actions: 'fromFirst' },
          ...Object.fromEntries(early.map((answer) => [answer, 'out_of_order'])),
        },
      },
      searched: {
        tags: ['quiescent'],
        on: {
          begin: { target: 'searched', actions: 'fromFirst' },
          ...found,
        },
      },
      out_of_order: {
        tags: ['violation', 'quiescent', 'oops'],
        meta: { finding: 'is read where the search has no entry, or not one of that type' },
      },
    },
  });
});
