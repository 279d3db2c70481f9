import { cleanup } from '../../machines/dma-buf/cleanup.procedure.ts';
import { move } from '../../machines/dma-buf/move.procedure.ts';
import { hotReset } from '../../machines/hot-reset/hot-reset.procedure.ts';
import { kernelDialect } from '../../src/linux/c-dialect.ts';
import type { CSpecification } from '../../src/source/judge-source.ts';
import { base } from '../revisions/index.ts';
import { procedureCalls } from '../vfio/calls.ts';
import {
  importerDifferences,
  importerLeads,
  importerMachines,
  importerSourceCalls,
} from './importers.ts';

const SIZES = [1, 2, 3];

/** What the machines of the newest kernel are held against. */
export const cSpecification: CSpecification = {
  dialect: kernelDialect,
  machines: [
    ...SIZES.map((devices) => hotReset(devices, { ...base.hotReset, ...base.handlers })),
    ...SIZES.map((buffers) => move(buffers, base.move)),
    ...SIZES.map((buffers) => cleanup(buffers, base.cleanup)),
    ...importerMachines,
  ],
  calls: [...procedureCalls, ...importerSourceCalls],
  leads: {
    'dev.vdev': 'dev',
    'dev.pdev': 'dev',
    'dev.dev': 'dev',
    'buf.dmabuf': 'buf',
    'buf.priv': 'buf',
    'buf.vdev': '@dev',
    ...importerLeads,
  },
  accepted: [...importerDifferences],
};
