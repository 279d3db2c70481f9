import { accessPins } from './access-pin/v7.1.ts';
import { anyImporter } from './attach/v7.0.ts';
import { deviceFirst } from './close/v7.0.ts';
import type { Difference, WhatIf } from './design.ts';
import { revokeBeforePowerUp } from './device-reset/mmap-v1.ts';
import {
  anyProvider,
  barNotTested,
  dropsTheBuffer,
  fallsThrough,
  leavesOnSuccess,
  memoryTestedAhead,
  missingInitNotTested,
  pciOpsNotTested,
  tracesLate,
} from './export.ts';
import { drainedTwice } from './exporter.ts';
import { addressMultiplied, cutIntoUintMax, notCut } from './fill-sg-entry/v5.ts';
import { origNentsRestored } from './free-sgt/orig-nents-restored.ts';
import { functionResetRevokesAgain } from './function-reset/v1.ts';
import { resetPrepare } from './handlers/rfc-2026-08.ts';
import { revokeWithPowerUp } from './hot-reset/v1.ts';
import { unrevokeAfterReset } from './hot-reset/v5.ts';
import { unrevokeBeforeUnlock } from './hot-reset/v6.ts';
import { openCountNotTested } from './hot-reset/v9.ts';
import { iovaOfAttach } from './importers.ts';
import { entriesOfTotal } from './map-chunks/vivek-2024.ts';
import { neverUnpinned } from './map-file/v6.19.ts';
import { lowPowerRespected } from './memory-enabled/low-power-respected.ts';
import { vdevTrusted } from './mmap/rfc.ts';
import { bornFromMemoryEnabled } from './mmap/v5.ts';
import { kernelFences, onlyFencesDrained, onlyKernelFencesDrained } from './move/revoke-v3.ts';
import { armedAfterFlag, oneSecond, timeouts } from './move/revoke-v5.ts';
import { flagBeforeNotifyWithWait, nothingIsDrained } from './move/v6.19.ts';
import { copiesAfterUnlock } from './nvgrace-read/copies-after-unlock.ts';
import { offsetAddedUp, offsetIsNumber } from './phys-vec-to-sgt/offset.ts';
import { earlyUnlock } from './register/early-unlock.ts';
import { unpinsTwice } from './register/v6.19.ts';
import { destroyedFirst, releases, unlockedUnpin } from './release-pages/v7.1.ts';
import { VIVEK } from './sources.ts';
import { sriovUnderMemoryLock } from './sriov/v7.1.ts';

/** What two differences change together. */
function both(first: Difference, second: Difference): WhatIf {
  return {
    at: [...(first.at ?? []), ...(second.at ?? [])],
    labels: { ...first.labels, ...second.labels },
    states: { ...first.states, ...second.states },
    steps: { ...first.steps, ...second.steps },
    source: `${first.source}; ${second.source}`,
  };
}

/**
 * With a known defect put in, by the names that faults use (`7.3+P3`), or with what somebody
 * proposes (`low-power-respected`).
 */
export const whatIfs: Readonly<Record<string, WhatIf>> = {
  '7.3+P1': functionResetRevokesAgain,
  '7.3+P2': revokeWithPowerUp,
  '7.3+P3': unrevokeAfterReset,
  '7.3+P4': unrevokeBeforeUnlock,
  '7.3+P5': unrevokeBeforeUnlock,
  '7.3+P6': openCountNotTested,
  '7.3+P7': dropsTheBuffer,
  '7.3+P9': iovaOfAttach,
  '7.3+P10': pciOpsNotTested,
  '7.3+P11': leavesOnSuccess,
  '7.3+P12': notCut,
  '7.3+P14': {
    at: ['export'],
    states: memoryTestedAhead,
    source:
      'Alex Williamson on RFC v2 04/10 of mmap() for DMABUFs, 2026-03-18, <20260318140408.4677fff5@shazbot.org>, of the same steps: "stale"',
  },
  '7.3+P16': missingInitNotTested,
  '7.3+P17': {
    at: ['releasePages'],
    steps: releases('detach', neverUnpinned),
    source: 'revoke series v2: iommufd pins and does not unpin',
  },
  '7.3+P18': {
    at: ['move'],
    labels: kernelFences,
    states: onlyKernelFencesDrained,
    source: 'revoke series v3: dma_resv_wait_timeout(DMA_RESV_USAGE_KERNEL)',
  },
  '7.3+P19': {
    at: ['move'],
    states: onlyFencesDrained,
    source: 'revoke series v3, v4: waits for fences, and not for unmap',
  },
  '7.3+P20': {
    at: ['move'],
    labels: timeouts,
    states: oneSecond,
    source: 'revoke series v5: wait_for_completion_timeout() of one second, WARN, and on',
  },
  '7.3+P21': {
    at: ['move'],
    states: armedAfterFlag,
    source: 'revoke series v5 4/8, 2026-01-24',
  },
  '7.3+P22': revokeBeforePowerUp,
  '7.3+M1': addressMultiplied,
  '7.3+M2': anyImporter,
  '7.3+M2+M13': both(anyImporter, unpinsTwice),
  '7.3+M3': fallsThrough,
  '7.3+M4': {
    at: ['move'],
    states: nothingIsDrained,
    source: '1a8a5227f229, v7.1, which added the waits',
  },
  '7.3+M5': deviceFirst,
  '7.3+M6': drainedTwice,
  '7.3+M7': barNotTested,
  '7.3+M8': {
    at: ['releasePages'],
    steps: releases('destroy', destroyedFirst('lock')),
    source: 'iopt_release_pages before f2d70dbd3dce (CVE-2026-74328)',
  },
  '7.3+M9': {
    at: ['releasePages'],
    steps: releases('unpin', unlockedUnpin),
    source: 'iopt_release_pages before e745cd2c749e (CVE-2026-80633)',
  },
  '7.3+M10': accessPins,
  '7.3+M11': anyProvider,
  '7.3+M12': tracesLate,
  '7.3+M18': sriovUnderMemoryLock,
  '7.3+annul': {
    instead: { export: { annul: 'yes' } },
    source:
      'derived: "dma-buf: Annul dmabuf->file on file release" with a test of private_data for NULL',
  },
  '7.3+M15': {
    instead: { export: { annul: 'unchecked' } },
    source:
      'Matt Evans, "dma-buf: Annul dmabuf->file on file release", <f8efaabd-c06e-4f04-8cfa-489c148e37ba@ozlabs.org>, as posted',
  },
  '7.3+O7': cutIntoUintMax,
  '7.3+O9': {
    instead: { unmapWork: { needs: 'memory_lock' } },
    source:
      'derived: an importer that nobody wrote; dma_buf_invalidate_mappings, v7.3, asks for bounded time only',
  },
  '7.3+early-unlock': earlyUnlock,
  'mmap-v8+P23': vdevTrusted,
  'mmap-v8+memory-enabled': {
    at: ['mmap'],
    ...bornFromMemoryEnabled,
    source: 'derived: the test of v5 under the lock of v6',
  },
  '7.3+entries-of-total': {
    at: ['chunks'],
    actions: entriesOfTotal,
    source: `${VIVEK}: nents = DIV_ROUND_UP(priv->dmabuf->size, sgl_size)`,
  },
  '7.3+bar-of-each': {
    instead: { chunks: { indexes: 'each' } },
    source: `${VIVEK}: dma_ranges[i].region_index, with one provider as v7.3 has it`,
  },
  'offset-added-up': offsetAddedUp,
  'offset-added-up+number': offsetIsNumber,
  'orig-nents-restored': origNentsRestored,
  'low-power-respected': lowPowerRespected,
  'copies-after-unlock': copiesAfterUnlock,
  'flag-before-notify': {
    title:
      'vfio_pci_dma_buf_move(revoked = false) that clears the flag before it tells the importers: mends what O5 breaks',
    at: ['move'],
    states: flagBeforeNotifyWithWait,
    source:
      'derived: vfio_pci_dma_buf_move(revoked = false) in the order of v6.19, with the wait of v7.1, which mends O5',
  },
  'reset-prepare': resetPrepare,
};
