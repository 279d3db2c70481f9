import { type AnyWay, mapAnswers } from '../importers/map-answers.ts';
import { MappingAnswers } from '../importers/mapping-answers.ts';
import { one, Runs } from './runs.ts';
import { twoGpusFamily } from './two-gpus.system.ts';

/** How a framebuffer in so many pieces is exported. */
export type Exported = 'one buffer of all pieces' | 'a buffer for each piece';

export const EXPORTED: readonly Exported[] = [
  'one buffer of all pieces',
  'a buffer for each piece',
];

/** Who imports it: a device, by the route from it to the memory, or iommufd. */
export type Importing = AnyWay['route'] | 'iommufd';

export const IMPORTING: readonly Importing[] = [
  'translated',
  'identity',
  'switch',
  'none',
  'iommufd',
];

/**
 * What dma_buf_map_attachment(), or IOMMU_IOAS_MAP_FILE, answers of each dma-buf of a framebuffer, as
 * `dma-addresses` and the contract of iommufd have it, where no allocation fails.
 */
export function framebufferAnswers(
  exported: Exported,
  importing: Importing,
  pieces: number,
  revision: string,
): string {
  const ranges = exported === 'one buffer of all pieces' ? pieces : 1;
  if (importing === 'iommufd') {
    return new MappingAnswers(ranges === 1 ? 'iommufd' : 'iommufd_several_ranges').whileBuffer(
      'live',
    );
  }
  return one(mapAnswers({ route: importing, ranges }, revision));
}

/** What a compositor is answered that imports a framebuffer of two pieces and shows it. */
export function showAnswers(exported: Exported, translated: boolean, revision: string): string {
  const single = exported === 'one buffer of all pieces';
  const scope = {
    buffers: single ? 1 : 2,
    ranges: single ? 2 : 1,
    translated: translated ? 1 : 0,
  };
  const runs = new Runs(twoGpusFamily.build({ scope, revision }));
  return one(
    runs.after(0, 'screen.import', 'ok').flatMap((state) => runs.answersOf(state, 'screen.show')),
  );
}

/** What becomes of a framebuffer that is shown, by the calls of the owner of its GPU. */
export interface Shown {
  readonly call: string;
  readonly outcome: string;
  /** Whether it is on the screen when the call has returned, or has been put back there by anybody. */
  readonly onScreen: boolean;
  readonly mapped: readonly boolean[];
  /** What the next show answers. */
  readonly shownAgain: string;
}

export const SHOWN_CALLS: readonly (readonly [call: string, outcome: string])[] = [
  ['dev[0].write_command(MEM=0)', 'ok'],
  ['dev[0].device_reset', 'ok'],
  ['dev[0].device_reset', 'failed'],
  ['dev[0].close', 'ok'],
];

/** A framebuffer of two buffers, from the screen on. */
export function afterCalls(): Shown[] {
  const runs = new Runs(
    twoGpusFamily.build({ scope: twoGpusFamily.defaultScope, revision: '7.3' }),
  );
  const imported = runs.after(0, 'screen.import', 'ok')[0]!;
  const shown = runs
    .after(imported, 'screen.show', 'ok')
    .find((state) => runs.is(state, 'compositor', 'shown'))!;
  return SHOWN_CALLS.map(([call, outcome]) => {
    const fails = outcome === 'failed' ? ['dev[0].reset:failed'] : [];
    return one(
      runs.after(shown, call, outcome, fails).map((state) => ({
        call,
        outcome,
        onScreen: runs.is(state, 'screen', 'shown'),
        mapped: ['att[0]', 'att[1]'].map((att) => runs.is(state, att, 'mapped', 'unmapping')),
        shownAgain: one(
          runs
            .after(state, 'screen.blank', 'ok')
            .flatMap((dark) => runs.answersOf(dark, 'screen.show')),
        ),
      })),
    );
  });
}
