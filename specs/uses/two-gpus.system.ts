import {
  InputError,
  type Part,
  procedure,
  resource,
  type System,
  type SystemFamily,
} from 'xstate-check';
import { mutex } from '../../machines/locks/mutex.resource.ts';
import { compositor } from '../../machines/uses/compositor.procedure.ts';
import { piece } from '../../machines/uses/piece.resource.ts';
import { scanoutWork } from '../../machines/uses/scanout-work.procedure.ts';
import { screen } from '../../machines/uses/screen.resource.ts';
import { mapAnswers } from '../importers/map-answers.ts';
import { atMostOne, type ImporterSpec, range } from '../shared/contract.ts';
import { type Flow, flowParts, notInFlow, UNCOUNTED } from './flow.ts';
import { screenCalls } from './screen-calls.ts';
import { screenRules } from './screen-rules.ts';

const COMPOSITOR = 'compositor';
const workOf = (attachment: number) => `work[${attachment}]`;

const FLOW: Flow = {
  calls: /^(write_command|device_reset|close)/,
  madeBy: {
    attach: () => [COMPOSITOR],
    map: () => [COMPOSITOR],
    unmap: (attachment) => [COMPOSITOR, workOf(attachment)],
    detach: () => [COMPOSITOR],
  },
};

/** Those that answer a map of several ranges otherwise: one mends `map-offset`. */
const REVISIONS: readonly string[] = ['7.3', 'offset-added-up', '7.3+P9'];

/**
 * A framebuffer in the memory of one GPU that another one shows: so many dma-bufs of so many ranges,
 * and the device of the importer behind an IOMMU that translates, or not.
 */
export const twoGpusFamily: SystemFamily = {
  name: 'two-gpus',
  title: 'a framebuffer in several pieces that another GPU shows, against revoke, reset and close',
  defaultScope: { buffers: 2, ranges: 1, translated: 1 },
  revisions: REVISIONS,
  build({ scope, revision }): System {
    atMostOne(scope, 'translated');
    const { buffers = 2, ranges = 1, translated = 1 } = scope;
    const kind = kindOf(ranges, translated === 1, revision);
    const importers = range(buffers).map((buffer) => ({ buffer, kind }));
    const threads = [compositorPart(buffers), ...range(buffers).map(workPart)];
    const parts = [
      ...threads,
      ...flowParts(buffers, importers, FLOW),
      resource('screen', screen(), threads, 'screen'),
      resource('screen.lock', mutex(), threads, 'mutex'),
      ...range(buffers).map((n) => piecePart(n, threads)),
    ];
    const { monitors, properties } = screenRules(parts, buffers);
    return {
      name: 'two-gpus',
      revision,
      scope,
      parts: [...parts, ...monitors],
      calls: screenCalls,
      environment: ['user'],
      unused: { ...notInFlow(FLOW), ...UNCOUNTED },
      properties,
    };
  },
};

/** What an attachment is to a map: what `dma-addresses` answers on this way. */
function kindOf(ranges: number, translated: boolean, revision: string): ImporterSpec['kind'] {
  if (ranges === 1 || !translated) return 'unmaps_later';
  const answers = mapAnswers({ route: 'translated', ranges }, revision);
  if (answers.length > 1) {
    throw new InputError(
      `in ${revision} a map answers by the lengths of the ranges, which two-gpus does not have`,
    );
  }
  return answers.includes('ok') ? 'unmaps_later' : 'several_ranges_translated';
}

function compositorPart(pieces: number): Part {
  return procedure(COMPOSITOR, compositor(pieces), {
    thread: COMPOSITOR,
    roles: ['importer', 'compositor'],
  });
}

function workPart(n: number): Part {
  return procedure(workOf(n), scanoutWork(), {
    thread: workOf(n),
    roles: ['importer'],
    bind: { att: `att[${n}]`, bo: `bo[${n}]` },
    also: { told: [`buf[${n}].revoke`] },
  });
}

/** It learns of a map and of an unmap because it is who made them. */
function piecePart(n: number, threads: readonly Part[]): Part {
  const bo = resource(`bo[${n}]`, piece(), threads, 'bo');
  const att = resource(`bo[${n}]`, piece(), threads, 'bo', `att[${n}]`);
  return {
    ...bo,
    rename: (label) => (/^(map:|unmap)/.test(label) ? att : bo).rename(label),
  };
}
