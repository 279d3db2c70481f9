import { all, any, is, type Property, type System, type SystemFamily } from 'xstate-check';
import { designOf } from '../revisions/index.ts';
import { atMostOne, range } from '../shared/contract.ts';
import { importersOf, ownerParts, pageFaultPart, versionsOf, withResources } from './parts.ts';
import {
  type Cast,
  commonRules,
  D1_D2,
  D3HOT,
  DECODE_OFF,
  enabledMeansLive,
  IN_RESET,
  restoredInSection,
  silent,
  transitionSystem,
  unmapped,
} from './rules.ts';

const OPERATIONS = ['command_write', 'power_write', 'flr', 'af_flr', 'device_reset'] as const;

/** Every call of the owner that changes memory, power or resets, low power aside. */
export const transitionsFamily: SystemFamily = {
  name: 'transitions',
  title: 'config writes and resets of one device against an importer of its buffer',
  defaultScope: { owners: 1, importers: 1, cpus: 0 },
  confidence: { owners: 2, importers: 1, cpus: 0 },
  ...versionsOf(
    ['move'],
    ['commandWrite', 'powerWrite', 'mapping'],
    ['functionReset', 'deviceReset'],
  ),
  build({ scope, revision }): System {
    atMostOne(scope, 'cpus');
    const design = designOf(revision);
    const importers = importersOf(scope.importers);
    const owners = range(scope.owners ?? 1).map((o) => `owner[${o}]`);
    const cast: Cast = { owners, importers, cpus: scope.cpus ?? 0 };
    const parts = withResources(
      [
        ...owners.flatMap((owner) => ownerParts(owner, OPERATIONS, importers, design)),
        ...(cast.cpus > 0 ? [pageFaultPart()] : []),
      ],
      importers,
      owners,
      design,
    );
    const common = commonRules(parts, cast, design);
    return transitionSystem({
      name: 'transitions',
      revision,
      scope,
      parts: [...parts, ...common.monitors],
      properties: [
        ...[DECODE_OFF, D3HOT, IN_RESET].flatMap((silence) => silent(silence, cast)),
        unmapped(D1_D2, cast),
        enabledMeansLive(),
        restoredInSection(owners, ['memory_on']),
        ...(importers.length > 0 ? [calledBackInD0(cast)] : []),
        ...common.properties,
      ],
    });
  },
};

/** The device answers an importer that needs it to clean up. */
function calledBackInD0({ owners, importers }: Cast): Property {
  return {
    id: 'called-back-in-d0',
    kind: 'invariant',
    title: 'VFIO_DEVICE_RESET has brought the device to D0 when it calls importers back',
    when: any(
      ...owners.flatMap((owner) =>
        importers.map(({ attachment }) =>
          all(
            is(`device_reset@${owner}`, '#revokes'),
            is(`callback(att[${attachment}])@${owner}`, '#called_back'),
          ),
        ),
      ),
    ),
    then: is('dev[0].power', 'd0'),
    source:
      'vfio_pci_ioctl_reset of the series that adds mmap: "a DMABUF importer could access the device as part of its revocation cleanup"',
    consequence: 'an importer that has to touch the device to clean up finds it asleep',
  };
}
